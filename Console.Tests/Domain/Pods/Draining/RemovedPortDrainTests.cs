using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods.Draining;

/// <summary>Ports that are removed once their connections have ended.</summary>
public sealed class RemovedPortDrainTests
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Edit_DrainsRemovedPorts_KeepsThemAndTheirMappingsUntilTheirConnectionsHaveEnded()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployAsync("8888", "22, 23");
        domain.Publisher.SetConnections(pod.Id, Http, 1);
        domain.Publisher.SetConnections(pod.Id, new(PortProtocol.Tcp, 23), 7);

        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("4000", "23", 64).Ports, DrainsRemoved = true }, Cancelled);

        var waiting = Assert.IsType<PodResult.Saved>(result).Pod;
        Assert.Equal(["22/tcp", "23/tcp", "4000/http", "8888/http"], waiting.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal((true, true, false), (waiting.Drain!.Covers(Http), waiting.Drain.Covers(DrainSteps.Tcp), waiting.Drain.Covers(new(PortProtocol.Tcp, 23))));
        Assert.NotNull(waiting.LeaseOf(DrainSteps.Tcp));
        await domain.LookAsync();
        domain.Publisher.SetConnections(pod.Id, Http, 0);
        await domain.LookAsync();

        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Null(after.Drain);
        Assert.Equal(["23/tcp", "4000/http"], after.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(23, Assert.Single(after.Leases).Number);
        Assert.Equal(
            ["+4000/http, −8888/http when idle, −22/tcp when idle", "−8888/http, −22/tcp, all connections had ended"],
            (await domain.ListAuditAsync()).Select(entry => entry.Detail));
    }

    [Fact]
    public async Task Edit_DrainWithAReset_IsRefused()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployAsync();

        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = [], Command = "--other", DrainsRemoved = true }, Cancelled);

        Assert.IsType<PodResult.Refused>(result);
        Assert.Equal(2, (await domain.FindAsync(pod.Id))!.Ports.Count);
    }

    [Theory]
    [InlineData("8888", null)]
    [InlineData("", "8888/http")]
    public async Task Edit_RemovesADrainingPortAtOnceAndAddsItAgain_KeepsIt(string http, string? stillWaiting)
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployAsync("8888", "22, 23");
        domain.Publisher.SetConnections(pod.Id, Http, 1);
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 1);
        await EditAsync(domain, pod, http, "23", drains: true);

        // What drains is still among the ports that the form shows.
        var removed = await EditAsync(domain, pod, "8888", "23");
        var added = await EditAsync(domain, pod, "8888", "22, 23");
        domain.Publisher.SetConnections(pod.Id, Http, 0);
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 0);
        await domain.LookAsync();

        Assert.Equal(stillWaiting, removed.Drain is { } drain ? $"{Assert.Single(drain.Ports)}" : null);
        Assert.Equal(removed.Drain?.Until, added.Drain?.Until);
        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Null(after.Drain);
        string[] left = stillWaiting is null ? ["22/tcp", "23/tcp", "8888/http"] : ["22/tcp", "23/tcp"];
        Assert.Equal(left, after.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(added.LeaseOf(DrainSteps.Tcp)!.Port, after.LeaseOf(DrainSteps.Tcp)!.Port);
    }

    [Fact]
    public async Task OtherAction_DuringARemovalOfPorts_OvertakesItAndThePortsAreGone()
    {
        await using var domain = await DrainSteps.NewDomainAsync(_clock);
        var pod = await domain.DeployAsync("8888", "22, 23");
        domain.Publisher.SetConnections(pod.Id, DrainSteps.Tcp, 1);
        await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse("8888", "23", 64).Ports, DrainsRemoved = true }, Cancelled);

        await domain.Pods.RestartAsync(TestDomain.Owner, pod.Id, Cancelled);

        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Null(after.Drain);
        Assert.Equal(["23/tcp", "8888/http"], after.Ports.Select(port => $"{port.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(pod.LeaseOf(new(PortProtocol.Tcp, 23))!.Port, Assert.Single(after.Leases).Port);
    }

    private static async Task<Pod> EditAsync(TestDomain domain, Pod pod, string http, string tcp, bool drains = false)
    {
        var result = await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Ports = PortList.Parse(http, tcp, 64).Ports, DrainsRemoved = drains }, Cancelled);
        return Assert.IsType<PodResult.Saved>(result).Pod;
    }
}
