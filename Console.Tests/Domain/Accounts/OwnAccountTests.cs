using System.Text;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class OwnAccountTests
{
    private const string Password = "the first password";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChangePassword_RightOne_EndsTheOtherSessions()
    {
        await using var domain = await TestDomain.CreateAsync();
        var actor = await AddAsync(domain);
        var sessions = domain.Get<Sessions>();
        var (own, other) = (await sessions.StartAsync(actor, "This"), await sessions.StartAsync(actor, "Other"));

        var result = await domain.Get<OwnAccount>().ChangePasswordAsync(actor, own, Password, "the second password");

        Assert.IsType<AccountResult.Saved>(result);
        Assert.True(await sessions.IsLiveAsync(own));
        Assert.False(await sessions.IsLiveAsync(other));
        Assert.IsType<AccountResult.Invalid>(await domain.Get<OwnAccount>().ChangePasswordAsync(actor, own, Password, "the third password"));
    }

    [Theory]
    [InlineData("wrong", "the second password", AccountFields.Password, "This is not your password.")]
    [InlineData(Password, "short", AccountFields.NewPassword, "Passwords must be at least 10 characters.")]
    public async Task ChangePassword_WrongValue_SaysWhich(string current, string wanted, string field, string message)
    {
        await using var domain = await TestDomain.CreateAsync();
        var actor = await AddAsync(domain);

        var result = await domain.Get<OwnAccount>().ChangePasswordAsync(actor, "", current, wanted);

        var error = Assert.Single(Assert.IsType<AccountResult.Invalid>(result).Errors);
        Assert.Equal((field, message), (error.Field, error.Message));
    }

    [Fact]
    public async Task ChangePassword_TenWrongOnes_LocksSignInToo()
    {
        await using var domain = await TestDomain.CreateAsync();
        var actor = await AddAsync(domain);
        for (var attempt = 0; attempt < SignInGuard.MaxTries; attempt++)
        {
            await domain.Get<OwnAccount>().ChangePasswordAsync(actor, "", "wrong", "the second password");
        }

        Assert.NotNull(await domain.Get<SignInGuard>().FindLockAsync("ME@example.org"));
        Assert.IsType<AccountResult.Invalid>(await domain.Get<OwnAccount>().ChangePasswordAsync(actor, "", Password, "the second password"));
    }

    [Fact]
    public async Task EnableSecondFactor_WithACode_GivesRecoveryCodesAndStoresNoSecret()
    {
        await using var domain = await TestDomain.CreateAsync();
        var actor = await AddAsync(domain);
        var account = domain.Get<OwnAccount>();
        var key = await account.NewAuthenticatorKeyAsync(actor);

        Assert.Null(await account.EnableSecondFactorAsync(actor, "000000"));
        var codes = await account.EnableSecondFactorAsync(actor, Authenticator.CodeOf(key!));

        Assert.Equal(OwnAccount.RecoveryCodes, codes!.Distinct().Count());
        Assert.Equal(OwnAccount.RecoveryCodes, (await account.FindAsync(actor))!.RecoveryCodes);
        Assert.Null(await account.NewAuthenticatorKeyAsync(actor));
        await using var db = await domain.OpenDatabaseAsync();
        await db.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)", Cancelled);
        var file = await File.ReadAllBytesAsync(domain.Paths.Database, Cancelled);
        Assert.All([key!, .. codes!], secret => Assert.Equal(-1, file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret))));
    }

    [Fact]
    public async Task DisableSecondFactor_NeedsThePassword()
    {
        await using var domain = await TestDomain.CreateAsync();
        var actor = await AddAsync(domain);
        var account = domain.Get<OwnAccount>();
        await account.EnableSecondFactorAsync(actor, Authenticator.CodeOf((await account.NewAuthenticatorKeyAsync(actor))!));

        Assert.IsType<AccountResult.Invalid>(await account.DisableSecondFactorAsync(actor, "wrong"));
        Assert.True((await account.FindAsync(actor))!.HasSecondFactor);
        Assert.IsType<AccountResult.Saved>(await account.DisableSecondFactorAsync(actor, Password));
        Assert.False((await account.FindAsync(actor))!.HasSecondFactor);
    }

    [Fact]
    public async Task NewRecoveryCodes_ReplaceTheOldOnes()
    {
        await using var domain = await TestDomain.CreateAsync();
        var actor = await AddAsync(domain);
        var account = domain.Get<OwnAccount>();
        Assert.Null((await account.NewRecoveryCodesAsync(actor, Password)).Codes);
        var first = await account.EnableSecondFactorAsync(actor, Authenticator.CodeOf((await account.NewAuthenticatorKeyAsync(actor))!));

        var (second, _) = await account.NewRecoveryCodesAsync(actor, Password);

        Assert.Empty(first!.Intersect(second!));
    }

    private static async Task<Actor> AddAsync(TestDomain domain)
    {
        var (user, _) = await domain.Get<Registration>().CreateAsync("me@example.org", Password, Roles.User, source: null);
        return new(user!.Id);
    }
}
