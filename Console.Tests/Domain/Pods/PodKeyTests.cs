using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>The key that a pod is given at each start: whose it is, and for how long.</summary>
public sealed class PodKeyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_GivesAKey_WhichIsThatPodsAndShownNowhere()
    {
        await using var domain = await TestDomain.CreateAsync();

        var pod = await domain.DeployAsync();

        var caller = await CallerAsync(domain, GivenKey(domain));
        Assert.Equal((null, pod.Id, ApiScopes.None), (caller!.UserId, caller.PodId, caller.Scopes));
        var shown = await domain.Queries.ReadEnvironmentAsync(TestDomain.Owner, pod.Id, Cancelled);
        Assert.Equal(("", true), shown!.Where(variable => variable.Name == "RUNPOD_API_KEY").Select(variable => (variable.Value, variable.IsSecret)).Single());
    }

    [Fact]
    public async Task Restart_AndReset_ReplaceTheKey()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        var keys = new List<string> { GivenKey(domain) };

        await domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, Cancelled);
        await Eventually.TrueAsync(() => domain.Runtime.Starts.Count == 2, "the pod is restarted");
        keys.Add(GivenKey(domain));
        await domain.WaitForAsync(pod.Id, PodStatus.Running);
        await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled);
        await Eventually.TrueAsync(() => domain.Runtime.Starts.Count == 3, "the pod is reset");
        keys.Add(GivenKey(domain));

        Assert.Null(await CallerAsync(domain, keys[0]));
        Assert.Null(await CallerAsync(domain, keys[1]));
        Assert.Equal(pod.Id, (await CallerAsync(domain, keys[2]))!.PodId);
    }

    [Fact]
    public async Task Terminate_AndDisabledOwner_EndTheKey()
    {
        await using var domain = await TestDomain.CreateAsync();
        await domain.DeployAsync();
        var ofOwner = GivenKey(domain);
        var pod = await domain.DeployAsync(owner: TestDomain.Other);
        var ofOther = GivenKey(domain);

        await domain.Pods.TerminateAsync(TestDomain.Other, pod.Id, Cancelled);
        Assert.IsType<AccountResult.Saved>(await domain.Get<AccountService>().DisableAsync(TestDomain.Admin, TestDomain.Owner.UserId));

        Assert.Null(await CallerAsync(domain, ofOther));
        Assert.Null(await CallerAsync(domain, ofOwner));
    }

    [Fact]
    public async Task APod_MayReadAndStopItself_AndNothingElse()
    {
        await using var domain = await TestDomain.CreateAsync();
        var other = await domain.DeployAsync();
        var pod = await domain.DeployAsync();
        var self = Actor.OfPod(pod.Id);

        Assert.NotNull(await domain.Queries.FindAsync(self, pod.Id, Cancelled));
        Assert.Null(await domain.Queries.FindAsync(self, other.Id, Cancelled));
        Assert.Empty(await domain.Queries.ListOwnAsync(self, Cancelled));
        Assert.Empty(await domain.Templates.ListOwnAsync(self, Cancelled));
        PodResult[] refused =
        [
            await domain.Pods.StopAsync(self, other.Id, Cancelled),
            await domain.Pods.DeployAsync(self, new() { Overrides = new() { Image = "demo" } }, Cancelled),
            await domain.Pods.EditAsync(self, pod.Id, null, new() { Name = "mine" }, Cancelled),
            await domain.Pods.RestartAsync(self, pod.Id, Cancelled),
            await domain.Pods.ResetAsync(self, pod.Id, Cancelled),
            await domain.Pods.MigrateAsync(self, pod.Id, Cancelled),
            await domain.Pods.TerminateAsync(self, pod.Id, Cancelled),
        ];
        Assert.All(refused, result => Assert.IsType<PodResult.NotFound>(result));

        Assert.IsType<PodResult.Saved>(await domain.Pods.StopAsync(self, pod.Id, Cancelled));

        await using var db = await domain.OpenDatabaseAsync();
        var entry = await db.AuditEntries.SingleAsync(entry => entry.Action == AuditActions.PodStop, Cancelled);
        Assert.Equal((null, $"Pod {pod.Id}", TestDomain.Owner.UserId), (entry.ActorId, entry.ActorName, entry.OwnerId));
    }

    private static string GivenKey(TestDomain domain) =>
        domain.Runtime.Starts.Last().Environment.Single(variable => variable.Name == "RUNPOD_API_KEY").Value;

    private static Task<ApiCaller?> CallerAsync(TestDomain domain, string key) => domain.Get<ApiCallers>().FindAsync(key, Cancelled);
}
