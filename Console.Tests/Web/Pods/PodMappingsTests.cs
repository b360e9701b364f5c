using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Web.Pods;

/// <summary>What became of TCP mappings, on the pod and as messages.</summary>
public sealed class PodMappingsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Details_PodWithChanges_ListsThemNewestFirst()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var deployed = await domain.DeployAsync("8888", "22");
        var reset = Saved(await domain.Pods.ResetAsync(TestDomain.Owner, deployed.Id, Cancelled));

        var list = tab.Show<PodMappings>(item => item.Add(mappings => mappings.Pod, reset));

        await list.WaitForAssertionAsync(() => Assert.Equal(
            [$"22: {Port(deployed)} → {Port(reset)}", $"22: {Port(deployed)} new"], list.FindAll("code").Select(code => code.TextContent)));
        Assert.Contains("Reset", list.FindAll("li")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("just now", list.FindAll("li")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_PodThatNeverHadMappings_SaysSo()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);

        var pod = await domain.DeployAsync("8888", "");
        var list = tab.Show<PodMappings>(item => item.Add(mappings => mappings.Pod, pod));

        await list.WaitForAssertionAsync(() => Assert.Contains("No TCP port of this pod", list.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_MappingChangesElsewhere_TellsAndLeadsToThePod()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        tab.Show<MappingMessages>();
        var deployed = await domain.DeployAsync("", "22");

        var reset = Saved(await domain.Pods.ResetAsync(TestDomain.Owner, deployed.Id, Cancelled));

        await tab.Messages.WaitForAssertionAsync(() => Assert.Contains(
            $"TCP mappings of {deployed.Name}: 22: {Port(deployed)} → {Port(reset)}", tab.Messages.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("new", tab.Messages.Find(".mud-snackbar-content-message").TextContent.Split(": ")[^1], StringComparison.Ordinal);
        await tab.Messages.Find(".mud-snackbar-content-action button").ClickAsync();
        Assert.EndsWith($"/pods/{deployed.Id}?tab=details", tab.Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_ChangeThatWasMadeHere_IsToldElsewhereOnly()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var here = new PageContext(domain);
        await using var elsewhere = new PageContext(domain);
        here.Show<MappingMessages>();
        elsewhere.Show<MappingMessages>();
        var pod = await domain.DeployAsync("", "22");

        await here.Services.GetRequiredService<PodActions>().DoAsync(pod, PodAction.Reset);

        await elsewhere.Messages.WaitForAssertionAsync(() => Assert.Contains("TCP mappings of", elsewhere.Messages.Markup, StringComparison.Ordinal));
        Assert.Contains("is being reset", here.Messages.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("TCP mappings of", here.Messages.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_PortTakenDuringAnActionOfHere_IsToldHereToo()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var here = new PageContext(domain);
        here.Show<MappingMessages>();
        var pod = await domain.DeployAsync("", "22");
        var times = 0;
        domain.Publisher.OnPublish = podId => Interlocked.Increment(ref times) > 1 ? Task.CompletedTask
            : domain.Get<LeaseMoves>().MoveAsync(podId, [(new(PortProtocol.Tcp, 22), 1)]);

        await here.Services.GetRequiredService<PodActions>().DoAsync(pod, PodAction.Reset);

        var moved = (await domain.FindAsync(pod.Id))!.Leases.Single();
        await here.Messages.WaitForAssertionAsync(() => Assert.Contains(
            $"TCP mappings of {pod.Name}: 22: {moved.InsteadOf} → {moved.Port}", here.Messages.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain($"22: {Port(pod)} →", here.Messages.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_MappingsOfOthers_AreNotTold()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        tab.Show<MappingMessages>();
        var others = await domain.DeployAsync("", "22", TestDomain.Other);
        await domain.Pods.ResetAsync(TestDomain.Other, others.Id, Cancelled);
        var own = await domain.DeployAsync("", "22");
        await domain.Pods.ResetAsync(TestDomain.Owner, own.Id, Cancelled);

        await tab.Messages.WaitForAssertionAsync(() => Assert.Contains(own.Name, tab.Messages.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain(others.Name, tab.Messages.Markup, StringComparison.Ordinal);
    }

    private static Pod Saved(PodResult result) => Assert.IsType<PodResult.Saved>(result).Pod;

    private static int Port(Pod pod) => pod.LeaseOf(new(PortProtocol.Tcp, 22))!.Port;
}
