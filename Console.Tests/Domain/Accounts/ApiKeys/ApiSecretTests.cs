using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Tests.Domain.Accounts.ApiKeys;

public sealed class ApiSecretTests
{
    private const string Key = "ppk_abcdefghijklmnopqrstuvwxyz012345";

    [Theory]
    [InlineData(Key, true)]
    [InlineData("ppk_abcdefghijklmnopqrstuvwxyz01234", false)]
    [InlineData("xyz_abcdefghijklmnopqrstuvwxyz012345", false)]
    [InlineData("ppk_abcdefghijklmnopqrstuvwxyz01234 ", false)]
    [InlineData("ppk_abcdefghijklmnopqrstuvwxyz01234é", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsWellFormed_PrefixAndLength(string? key, bool expected) => Assert.Equal(expected, ApiSecret.IsWellFormed(key));

    [Fact]
    public void New_IsWellFormed_AndAnotherEachTime()
    {
        var key = ApiSecret.New();

        Assert.True(ApiSecret.IsWellFormed(key));
        Assert.Equal(ApiSecret.Prefix.Length + 43, key.Length);
        Assert.NotEqual(key, ApiSecret.New());
    }
}
