using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class AccountServiceTests
{
    private static readonly AccountRights Author = new(Roles.TemplateAuthor, MaxPods: 3, MaxTcpPorts: 10);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryChange_ByAUser_FindsNoAccount()
    {
        await using var domain = await TestDomain.CreateAsync();
        var accounts = domain.Get<AccountService>();

        Assert.Empty(await accounts.ListAsync(TestDomain.Owner, Cancelled));
        foreach (var change in new Func<Actor, Task<AccountResult>>[]
        {
            actor => accounts.SetRightsAsync(actor, "owner", new(Roles.Admin)),
            actor => accounts.DisableAsync(actor, "other"),
            actor => accounts.EnableAsync(actor, "other"),
            actor => accounts.RemoveAsync(actor, "other"),
        })
        {
            Assert.IsType<AccountResult.NotFound>(await change(TestDomain.Owner));
        }

        Assert.Equal([Roles.Admin, Roles.User, Roles.User], (await accounts.ListAsync(TestDomain.Admin, Cancelled)).Select(user => user.Rights.Role));
    }

    [Fact]
    public async Task SetRights_OfAnotherAccount_SavesThemAndEndsItsSessions()
    {
        await using var domain = await TestDomain.CreateAsync();
        var session = await domain.Get<Sessions>().StartAsync(TestDomain.Owner, "Browser");

        var result = await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", Author);

        Assert.IsType<AccountResult.Saved>(result);
        Assert.Equal(Author, (await domain.Get<AccountService>().ListAsync(TestDomain.Admin, Cancelled)).Single(user => user.Id == "owner").Rights);
        Assert.False(await domain.Get<Sessions>().IsLiveAsync(session));
    }

    [Fact]
    public async Task SetRights_OfLimitsOnly_KeepsTheSessions()
    {
        await using var domain = await TestDomain.CreateAsync();
        var session = await domain.Get<Sessions>().StartAsync(TestDomain.Owner, "Browser");

        await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User, MaxPods: 1));

        Assert.True(await domain.Get<Sessions>().IsLiveAsync(session));
    }

    [Theory]
    [InlineData("Owner", null, nameof(AccountRights.Role))]
    [InlineData(Roles.User, -1, nameof(AccountRights.MaxPods))]
    [InlineData(Roles.User, 10_001, nameof(AccountRights.MaxPods))]
    public async Task SetRights_WrongValue_NamesIt(string role, int? pods, string field)
    {
        await using var domain = await TestDomain.CreateAsync();

        var result = await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", new(role, pods));

        Assert.Equal(field, Assert.Single(Assert.IsType<AccountResult.Invalid>(result).Errors).Field);
    }

    [Fact]
    public async Task LastAdministrator_IsNeitherDemotedNorDisabledNorRemoved()
    {
        await using var domain = await TestDomain.CreateAsync();
        var accounts = domain.Get<AccountService>();
        var stranger = new Actor("other", IsAdmin: true);

        Assert.IsType<AccountResult.Refused>(await accounts.SetRightsAsync(TestDomain.Admin, "admin", new(Roles.User)));
        Assert.IsType<AccountResult.Refused>(await accounts.DisableAsync(stranger, "admin"));
        Assert.IsType<AccountResult.Refused>(await accounts.RemoveAsync(stranger, "admin"));

        // A disabled administrator is none.
        await accounts.SetRightsAsync(TestDomain.Admin, "owner", new(Roles.Admin));
        await accounts.DisableAsync(TestDomain.Admin, "owner");
        Assert.IsType<AccountResult.Refused>(await accounts.SetRightsAsync(TestDomain.Admin, "admin", new(Roles.User)));
        await accounts.EnableAsync(TestDomain.Admin, "owner");
        Assert.IsType<AccountResult.Saved>(await accounts.SetRightsAsync(TestDomain.Admin, "admin", new(Roles.User)));
    }

    [Fact]
    public async Task LastAdministrators_DemotingEachOtherAtOnce_LeaveOne()
    {
        await using var domain = await TestDomain.CreateAsync();
        var accounts = domain.Get<AccountService>();
        await accounts.SetRightsAsync(TestDomain.Admin, "owner", new(Roles.Admin));

        var results = await Task.WhenAll(
            accounts.SetRightsAsync(new("owner", IsAdmin: true), "admin", new(Roles.User)),
            accounts.SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User)));

        Assert.Single(results.OfType<AccountResult.Refused>());
        Assert.Single(await accounts.ListAsync(TestDomain.Admin, Cancelled), user => user.Rights.Role == Roles.Admin);
    }

    [Fact]
    public async Task Disable_SignedInAccount_EndsSessionsAndVisitsAtOnce()
    {
        await using var domain = await TestDomain.CreateAsync();
        var (sessions, visitors) = (domain.Get<Sessions>(), domain.Get<VisitorDirectory>());
        var session = await sessions.StartAsync(TestDomain.Owner, "Browser");
        Assert.True(await sessions.IsLiveAsync(session));
        Assert.NotNull(await visitors.FindAsync("owner"));
        var ended = new List<string>();
        sessions.Ended += ended.Add;

        Assert.IsType<AccountResult.Saved>(await domain.Get<AccountService>().DisableAsync(TestDomain.Admin, "owner"));

        Assert.Equal([session], ended);
        Assert.False(await sessions.IsLiveAsync(session));
        Assert.Null(await visitors.FindAsync("owner"));
    }

    [Fact]
    public async Task Remove_AccountWithPods_IsRefused()
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        await domain.DeployAsync();

        var result = await domain.Get<AccountService>().RemoveAsync(TestDomain.Admin, "owner");

        Assert.Contains("has pods", Assert.IsType<AccountResult.Refused>(result).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_AccountWithoutPods_TakesItsTemplatesAndSessions()
    {
        await using var domain = await TestDomain.CreateAsync();
        var draft = new TemplateDraft { Name = "Mine", Recipe = new() { Image = "demo" } };
        Assert.IsType<TemplateResult.Saved>(await domain.Templates.CreateAsync(TestDomain.Owner, draft, cancellationToken: Cancelled));
        var session = await domain.Get<Sessions>().StartAsync(TestDomain.Owner, "Browser");

        Assert.IsType<AccountResult.Saved>(await domain.Get<AccountService>().RemoveAsync(TestDomain.Admin, "owner"));

        await using var db = await domain.OpenDatabaseAsync();
        Assert.False(await db.Users.AnyAsync(user => user.Id == "owner", Cancelled));
        Assert.False(await db.Templates.AnyAsync(template => template.OwnerId == "owner", Cancelled));
        Assert.False(await domain.Get<Sessions>().IsLiveAsync(session));
    }

    [Fact]
    public async Task Change_Saved_IsRecordedWithItsSource()
    {
        await using var domain = await TestDomain.CreateAsync();

        await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin with { Source = "192.0.2.7" }, "owner", Author);
        await domain.Get<AccountService>().RemoveAsync(TestDomain.Admin, "admin");

        await using var db = await domain.OpenDatabaseAsync();
        var entry = Assert.Single(await db.AuditEntries.ToListAsync(Cancelled));
        Assert.Equal(("admin", "admin@example.com", "192.0.2.7", AuditActions.UserRights), (entry.ActorId, entry.ActorName, entry.Source, entry.Action));
        Assert.Equal(("owner", "owner@example.com"), (entry.SubjectId, entry.SubjectName));
        Assert.Equal("role User → TemplateAuthor, pods any → 3, TCP ports any → 10", entry.Detail);
    }
}
