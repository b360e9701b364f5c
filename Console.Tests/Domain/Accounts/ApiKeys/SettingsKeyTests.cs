using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts.ApiKeys;

public sealed class SettingsKeyTests
{
    private const string Key = "ppk_abcdefghijklmnopqrstuvwxyz012345";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_AnotherValue_ReplacesTheOldAndStoresNoKey()
    {
        await using var domain = await TestDomain.CreateAsync();
        var (keys, callers) = (domain.Get<SettingsKey>(), domain.Get<ApiCallers>());
        await keys.SetAsync(TestDomain.Admin.UserId, Key, Cancelled);
        Assert.Equal(TestDomain.Admin.UserId, (await callers.FindAsync(Key, Cancelled))!.UserId);

        await keys.SetAsync(TestDomain.Admin.UserId, $"{Key}-new", Cancelled);

        Assert.Null(await callers.FindAsync(Key, Cancelled));
        Assert.NotNull(await callers.FindAsync($"{Key}-new", Cancelled));
        await using var db = await domain.OpenDatabaseAsync();
        Assert.DoesNotContain("abcdefghijkl", (await db.ApiKeys.SingleAsync(Cancelled)).Hash, StringComparison.Ordinal);
    }
}
