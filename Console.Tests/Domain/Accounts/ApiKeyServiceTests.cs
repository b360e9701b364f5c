using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class ApiKeyServiceTests
{
    private const string Key = "ppk_abcdefghijklmnopqrstuvwxyz012345";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Key, true)]
    [InlineData("ppk_abcdefghijklmnopqrstuvwxyz01234", false)]
    [InlineData("xyz_abcdefghijklmnopqrstuvwxyz012345", false)]
    [InlineData("ppk_abcdefghijklmnopqrstuvwxyz01234 ", false)]
    [InlineData("ppk_abcdefghijklmnopqrstuvwxyz01234é", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsWellFormed_PrefixAndLength(string? key, bool expected) => Assert.Equal(expected, ApiKeyService.IsWellFormed(key));

    [Fact]
    public async Task SetFromSettings_AnotherValue_ReplacesTheOldAndStoresNoKey()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<ApiKeyService>();
        await keys.SetFromSettingsAsync(TestDomain.Admin.UserId, Key, Cancelled);
        Assert.Equal(TestDomain.Admin.UserId, (await keys.FindAsync(Key, Cancelled))!.UserId);

        await keys.SetFromSettingsAsync(TestDomain.Admin.UserId, $"{Key}-new", Cancelled);

        Assert.Null(await keys.FindAsync(Key, Cancelled));
        Assert.NotNull(await keys.FindAsync($"{Key}-new", Cancelled));
        await using var db = await domain.OpenDatabaseAsync();
        Assert.DoesNotContain("abcdefghijkl", (await db.ApiKeys.SingleAsync(Cancelled)).Hash, StringComparison.Ordinal);
    }
}
