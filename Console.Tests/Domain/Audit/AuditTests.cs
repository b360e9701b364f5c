using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Audit;

public sealed class AuditTests
{
    private const string Secret = "hunter2-hunter2";

    private static readonly PortKey Http = new(PortProtocol.Http, 8888);

    private static readonly Actor Owner = TestDomain.Owner with { Source = "192.0.2.1" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryChangeOfAPod_IsRecordedWithWhatChanged()
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        var pod = await domain.DeployAsync(tcp: "22", owner: Owner, overrides: new() { Name = "first" });

        await domain.Pods.EditAsync(Owner, pod.Id, null, new() { Name = "second", Ports = PortList.Parse("8888, 4000", "", 64).Ports, Locked = true }, Cancelled);
        await domain.Pods.EditAsync(Owner, pod.Id, null, new() { Locked = false }, Cancelled);
        await domain.Pods.SetPortOptionsAsync(Owner, pod.Id, null, Http, new() { Audience = PortAudience.Owner }, Cancelled);
        var (token, _) = PortGrant.NewToken("a script", DateTime.UtcNow, null);
        await domain.Pods.GrantAsync(Owner, pod.Id, Http, token, Cancelled);
        await domain.Pods.RevokeAsync(Owner, pod.Id, Http, token.Id, Cancelled);
        await domain.Pods.RestartAsync(Owner, pod.Id, Cancelled);
        await domain.Pods.ResetAsync(Owner, pod.Id, Cancelled);
        await domain.WaitForAsync(pod.Id, PodStatus.Running);
        await domain.Pods.StopAsync(TestDomain.Admin, pod.Id, Cancelled);
        await domain.WaitForAsync(pod.Id, PodStatus.Exited);
        await domain.Pods.StartAsync(Owner, pod.Id, Cancelled);
        await domain.Pods.TerminateAsync(Owner, pod.Id, Cancelled);

        var entries = (await ListAsync(domain)).Reverse().ToList();
        Assert.Equal(
            [
                (AuditActions.PodDeploy, "first", ""),
                (AuditActions.PodEdit, "first", "+4000/http, −22/tcp, name second, locked"),
                (AuditActions.PodEdit, "second", "unlocked"),
                (AuditActions.PortOptions, "second", "8888/http: Only the owner"),
                (AuditActions.PortGrant, "second", "8888/http: Token for a script"),
                (AuditActions.PortRevoke, "second", "8888/http: a script"),
                (AuditActions.PodRestart, "second", ""),
                (AuditActions.PodReset, "second", ""),
                (AuditActions.PodStop, "second", ""),
                (AuditActions.PodStart, "second", ""),
                (AuditActions.PodTerminate, "second", ""),
            ],
            entries.Select(entry => (entry.Action, entry.SubjectName, entry.Detail)));
        Assert.All(entries, entry => Assert.Equal((pod.Id.Value, "owner"), (entry.SubjectId, entry.OwnerId)));
        Assert.All(entries.Where(entry => entry.Action != AuditActions.PodStop), entry => Assert.Equal(("owner", "192.0.2.1"), (entry.ActorId, entry.Source)));
        Assert.Equal("admin@example.com", entries.Single(entry => entry.Action == AuditActions.PodStop).ActorName);
    }

    [Fact]
    public async Task EveryChangeOfTemplatesAndSshKeys_IsRecorded()
    {
        await using var domain = await TestDomain.CreateAsync();
        var author = Owner with { CanPublish = true };
        var draft = new TemplateDraft { Name = "Mine", Recipe = new() { Image = "demo" } };
        var template = Assert.IsType<TemplateResult.Saved>(await domain.Templates.CreateAsync(author, draft, cancellationToken: Cancelled)).Template;
        await domain.Templates.UpdateAsync(author, template.Id, null, draft with { IsPublic = true }, Cancelled);
        await domain.Templates.DeleteAsync(author, template.Id, Cancelled);
        var keys = domain.Get<SshKeyService>();
        var added = Assert.IsType<SshKeyResult.Saved>(await keys.AddAsync(Owner, SshLines.Ed25519, "laptop", Cancelled)).Keys[0];
        await keys.RemoveAsync(Owner, added.Id, Cancelled);
        await keys.ReplaceAsync(Owner, [], Cancelled);

        Assert.Equal(
            [
                (AuditActions.TemplateCreate, "Mine", ""), (AuditActions.TemplateEdit, "Mine", "published to everyone"), (AuditActions.TemplateDelete, "Mine", ""),
                (AuditActions.SshKeyAdd, "laptop", ""), (AuditActions.SshKeyRemove, "laptop", ""), (AuditActions.SshKeyReplace, "", "0"),
            ],
            (await ListAsync(domain)).Reverse().Select(entry => (entry.Action, entry.SubjectName, entry.Detail)));
    }

    [Fact]
    public async Task RefusedChange_LeavesNoEntry()
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        var pod = await domain.DeployAsync(owner: Owner);
        var before = (await ListAsync(domain)).Count;

        await domain.Pods.EditAsync(Owner, pod.Id, null, new() { Name = "" }, Cancelled);
        await domain.Pods.EditAsync(Owner, pod.Id, pod.Version - 1, new() { Name = "late" }, Cancelled);
        await domain.Pods.EditAsync(Owner, pod.Id, null, new() { Ports = [new(PortProtocol.Http, 1), new(PortProtocol.Http, 1)] }, Cancelled);
        await domain.Pods.StopAsync(TestDomain.Other, pod.Id, Cancelled);
        await domain.Get<AccountService>().DisableAsync(TestDomain.Admin, "admin");

        Assert.Equal(before, (await ListAsync(domain)).Count);
    }

    [Fact]
    public async Task SecretsOfPods_AreInNoEntry()
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        var pod = await domain.DeployAsync(owner: Owner, overrides: new() { Command = $"--password {Secret}", Environment = [new("TOKEN", Secret, IsSecret: true)] });
        await domain.Pods.EditAsync(Owner, pod.Id, null, new() { Command = $"--key {Secret}", Environment = [new("PLAIN", Secret)] }, Cancelled);

        var entries = await ListAsync(domain);

        Assert.Equal("Docker Command, Environment Variables", entries[0].Detail);
        Assert.DoesNotContain(entries, entry => $"{entry.Detail}{entry.SubjectName}".Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_ByAUser_IsEmpty_AndHisOwnTellsNoAddressOfOthers()
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        var pod = await domain.DeployAsync(owner: Owner);
        await domain.Pods.StopAsync(TestDomain.Admin with { Source = "198.51.100.9" }, pod.Id, Cancelled);
        await domain.DeployAsync(owner: TestDomain.Other);
        var queries = domain.Get<AuditQueries>();

        Assert.Equal(0, (await queries.ListAsync(TestDomain.Owner, new(), 0, 50, Cancelled)).Total);
        var own = await queries.ListOwnAsync(TestDomain.Owner, new(), 0, 50, Cancelled);

        Assert.Equal([("admin@example.com", ""), ("owner@example.com", "192.0.2.1")], own.Entries.Select(entry => (entry.ActorName, entry.Source)));
        Assert.Equal(2, own.Total);
        Assert.Equal(0, (await queries.ListOwnAsync(TestDomain.Owner, new() { Text = "198.51" }, 0, 50, Cancelled)).Total);
    }

    [Theory]
    [InlineData("OTHER@EXAMPLE", null, 1)]
    [InlineData("192.0.2.1", null, 3)]
    [InlineData("%", null, 1)]
    [InlineData("1_0", null, 0)]
    [InlineData(null, "template", 1)]
    [InlineData("100%", "template", 1)]
    [InlineData("100%", "pod", 0)]
    [InlineData(null, null, 4)]
    public async Task List_WithFilter_FindsWhatMatches(string? text, string? kind, int count)
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.StartAsync();
        var pod = await domain.DeployAsync(owner: Owner);
        await domain.Pods.StopAsync(Owner, pod.Id, Cancelled);
        await domain.DeployAsync(owner: TestDomain.Other);
        await domain.Templates.CreateAsync(Owner, new() { Name = "100% mine", Recipe = new() { Image = "demo" } }, cancellationToken: Cancelled);

        Assert.Equal(count, (await ListAsync(domain, new() { Text = text, Kind = kind })).Count);
    }

    [Fact]
    public async Task List_PageByPage_TellsTheTotal()
    {
        await using var domain = await TestDomain.CreateAsync();
        for (var index = 0; index < 5; index++)
        {
            await domain.Get<AccountService>().SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User, MaxPods: index));
        }

        var page = await domain.Get<AuditQueries>().ListAsync(TestDomain.Admin, new(), skip: 2, take: 2, Cancelled);

        Assert.Equal(5, page.Total);
        Assert.Equal(["pods 1 → 2", "pods 0 → 1"], page.Entries.Select(entry => entry.Detail));
    }

    [Fact]
    public async Task CleanUp_DeletesWhatIsOlderThanTheRetention()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(clock)
            .Configure<AuditSettings>(settings => settings.Retention = TimeSpan.FromDays(30)));
        var accounts = domain.Get<AccountService>();
        await accounts.DisableAsync(TestDomain.Admin, "owner");
        clock.Advance(TimeSpan.FromDays(29));
        await accounts.EnableAsync(TestDomain.Admin, "owner");
        clock.Advance(TimeSpan.FromDays(2));

        await domain.Get<AuditCleanUp>().CleanAsync(Cancelled);

        Assert.Equal(AuditActions.UserEnable, Assert.Single(await ListAsync(domain)).Action);
    }

    [Fact]
    public void EveryAction_HasWords()
    {
        var actions = typeof(AuditActions).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(actions.Order(), AuditActions.Words.Keys.Order());
        Assert.All(actions, action => Assert.Contains(action.Split('.')[0], PodConsole.Web.Audit.AuditWords.Kinds));
    }

    [Fact]
    public async Task EndOfConnections_IsRecordedWithEachPod()
    {
        await using var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<IConnectionDirectory, FakeConnections>());
        var (first, second) = (await domain.DeployAsync(overrides: new() { Name = "first" }), await domain.DeployAsync(tcp: "", overrides: new() { Name = "second" }));
        var connections = (FakeConnections)domain.Get<IConnectionDirectory>();
        var service = domain.Get<ConnectionService>();
        var (one, _, _) = (connections.Open(first.Id), connections.Open(first.Id), connections.Open(second.Id));

        Assert.True(await service.EndAsync(Owner, one.Id, Cancelled));
        connections.Open(first.Id);
        Assert.True(await service.EndClientAsync(TestDomain.Admin, one.Client, Cancelled));
        Assert.False(await service.EndPodAsync(TestDomain.Other, first.Id, Cancelled));

        var entries = (await ListAsync(domain)).Where(entry => entry.Action == AuditActions.PodDisconnect).Reverse();
        Assert.Equal(
            [("owner", "first", "1 connection"), ("admin", "first", "2 connections"), ("admin", "second", "1 connection")],
            entries.Select(entry => (entry.ActorId!, entry.SubjectName, entry.Detail)).OrderBy(entry => entry.Item1 == "admin").ThenBy(entry => entry.SubjectName));
    }

    [Fact]
    public async Task Promote_ByTheSettings_IsTheConsolesDeed()
    {
        await using var domain = await TestDomain.CreateAsync();

        await domain.Get<Registration>().PromoteAsync(TestDomain.Owner.UserId);

        var entry = (await ListAsync(domain))[0];
        Assert.Equal((AuditActions.UserRights, null, "role Admin, by the settings"), (entry.Action, entry.ActorId, entry.Detail));
        Assert.Equal([Roles.Admin], (await domain.Get<AccountService>().ListAsync(TestDomain.Admin, Cancelled)).Where(user => user.Id == "owner").Select(user => user.Rights.Role));
    }

    private static async Task<IReadOnlyList<AuditEntry>> ListAsync(TestDomain domain, AuditFilter? filter = null) =>
        (await domain.Get<AuditQueries>().ListAsync(TestDomain.Admin, filter ?? new(), 0, AuditQueries.MaxPageSize, Cancelled)).Entries;
}
