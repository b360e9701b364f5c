using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class AccountLinksTests
{
    private const string Email = "new@example.org";
    private const string Password = "a long enough one";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Join_WithAnInvitation_MakesTheAccountOnce()
    {
        await using var domain = await CreateAsync();
        var rights = new AccountRights(Roles.TemplateAuthor, MaxPods: 2, MaxTcpPorts: 4);
        var code = await InviteAsync(domain, rights);

        var joined = await domain.Get<LinkUse>().JoinAsync(code, Password, "192.0.2.1");
        var again = await domain.Get<LinkUse>().JoinAsync(code, Password, "192.0.2.1");

        Assert.NotNull(joined.User);
        Assert.Null(again.User);
        Assert.Equal(rights, (await domain.Get<AccountService>().ListAsync(TestDomain.Admin, Cancelled)).Single(user => user.Email == Email).Rights);
        Assert.Empty(await domain.Get<AccountLinks>().ListInvitationsAsync(TestDomain.Admin, Cancelled));
    }

    [Fact]
    public async Task Join_TwiceAtOnce_MakesOneAccount()
    {
        await using var domain = await CreateAsync();
        var code = await InviteAsync(domain);

        var results = await Task.WhenAll(
            domain.Get<LinkUse>().JoinAsync(code, Password, ""), domain.Get<LinkUse>().JoinAsync(code, Password, ""));

        Assert.Single(results, result => result.User is not null);
    }

    [Fact]
    public async Task Join_WeakPassword_SaysWhyAndKeepsTheInvitation()
    {
        await using var domain = await CreateAsync();
        var code = await InviteAsync(domain);

        var (user, problems) = await domain.Get<LinkUse>().JoinAsync(code, "short", "");

        Assert.Null(user);
        Assert.Contains("at least 10 characters", Assert.Single(problems), StringComparison.Ordinal);
        Assert.NotNull(await domain.Get<LinkUse>().FindAsync(code));
    }

    [Fact]
    public async Task Find_ExpiredOrWithdrawnOrReplaced_IsNothing()
    {
        await using var domain = await CreateAsync();
        var (links, use) = (domain.Get<AccountLinks>(), domain.Get<LinkUse>());
        var replaced = await InviteAsync(domain);
        var withdrawn = await InviteAsync(domain);
        Assert.Null(await use.FindAsync(replaced));
        Assert.NotNull(await use.FindAsync(withdrawn));

        await links.WithdrawAsync(TestDomain.Admin, Assert.Single(await links.ListInvitationsAsync(TestDomain.Admin, Cancelled)).Id);
        var expired = await InviteAsync(domain);
        _clock.Advance(AccountLinks.InvitationLife);

        Assert.Null(await use.FindAsync(withdrawn));
        Assert.Null(await use.FindAsync(expired));
        Assert.Null(await use.FindAsync(null));
        Assert.Null(await use.FindAsync("x"));
    }

    [Theory]
    [InlineData("owner@example.com")]
    [InlineData("OWNER@example.com")]
    [InlineData("no address")]
    [InlineData("")]
    public async Task Invite_UnusableAddress_IsRefused(string email)
    {
        await using var domain = await CreateAsync();

        var result = await domain.Get<AccountLinks>().InviteAsync(TestDomain.Admin, email, new(Roles.User));

        Assert.Equal(nameof(AccountLink.Email), Assert.Single(Assert.IsType<LinkResult.Invalid>(result).Errors).Field);
    }

    [Fact]
    public async Task EveryLink_ByAUser_IsRefused()
    {
        await using var domain = await CreateAsync();
        var links = domain.Get<AccountLinks>();
        await InviteAsync(domain);
        var invitation = Assert.Single(await links.ListInvitationsAsync(TestDomain.Admin, Cancelled));

        Assert.Empty(await links.ListInvitationsAsync(TestDomain.Owner, Cancelled));
        Assert.IsType<LinkResult.NotFound>(await links.InviteAsync(TestDomain.Owner, "x@example.org", new(Roles.Admin)));
        Assert.IsType<LinkResult.NotFound>(await links.ResetPasswordAsync(TestDomain.Owner, "owner"));
        Assert.IsType<AccountResult.NotFound>(await links.WithdrawAsync(TestDomain.Owner, invitation.Id));
    }

    [Fact]
    public async Task ResetPassword_ByLink_SetsItOnceAndSignsOutEverywhere()
    {
        await using var domain = await CreateAsync();
        var session = await domain.Get<Sessions>().StartAsync(TestDomain.Owner, "Browser");
        var made = Assert.IsType<LinkResult.Made>(await domain.Get<AccountLinks>().ResetPasswordAsync(TestDomain.Admin, "owner"));

        var (done, _) = await domain.Get<LinkUse>().ResetPasswordAsync(made.Code, Password, "192.0.2.1");

        Assert.True(done);
        Assert.False((await domain.Get<LinkUse>().ResetPasswordAsync(made.Code, "yet another one", "")).Done);
        Assert.False(await domain.Get<Sessions>().IsLiveAsync(session));
        await using var scope = domain.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        Assert.True(await users.CheckPasswordAsync((await users.FindByIdAsync("owner"))!, Password));
    }

    [Fact]
    public async Task ResetPassword_OfADisabledAccount_IsClosed()
    {
        await using var domain = await CreateAsync();
        var made = Assert.IsType<LinkResult.Made>(await domain.Get<AccountLinks>().ResetPasswordAsync(TestDomain.Admin, "owner"));

        await domain.Get<AccountService>().DisableAsync(TestDomain.Admin, "owner");

        Assert.Null(await domain.Get<LinkUse>().FindAsync(made.Code));
    }

    [Fact]
    public async Task Links_InTheDatabase_AreHashes()
    {
        await using var domain = await CreateAsync();
        var code = await InviteAsync(domain);
        await domain.Get<LinkUse>().JoinAsync(await InviteAsync(domain), Password, "192.0.2.1");

        await using var db = await domain.OpenDatabaseAsync();
        await db.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)", Cancelled);
        var file = await File.ReadAllBytesAsync(domain.Paths.Database, Cancelled);

        Assert.Equal(-1, file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(code)));
        Assert.Equal(-1, file.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Password)));
        Assert.Equal([AuditActions.UserInvite, AuditActions.UserInvite, AuditActions.UserCreate],
            await db.AuditEntries.OrderBy(entry => entry.Id).Select(entry => entry.Action).ToListAsync(Cancelled));
    }

    private static async Task<string> InviteAsync(TestDomain domain, AccountRights? rights = null) => Assert.IsType<LinkResult.Made>(
        await domain.Get<AccountLinks>().InviteAsync(TestDomain.Admin, Email, rights ?? new(Roles.User))).Code;

    private Task<TestDomain> CreateAsync() => TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
}
