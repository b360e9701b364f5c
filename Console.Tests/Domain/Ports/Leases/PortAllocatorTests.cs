using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports.Leases;

/// <summary>Which external ports are given, kept back and given again.</summary>
public sealed class PortAllocatorTests
{
    private readonly IPAddress _address = TcpGateway.NewAddress();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_OrdinaryAndSymmetrical_AreInTheRangeAndDistinct()
    {
        await using var domain = await NewAsync("21000-21009");

        var pod = await DeployAsync(domain, TestDomain.Owner, "22, 5432, 70000, 70001");

        var ports = pod.Leases.Select(lease => lease.Port).ToList();
        Assert.Equal(4, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 21000, 21009));
        Assert.All(pod.Leases, lease => Assert.Equal((pod.PublicAddress, 1L), (lease.Address, lease.Epoch)));
    }

    [Fact]
    public async Task Lease_NeverAPortOfTheConsole()
    {
        await using var domain = await NewAsync("21000-21003");
        domain.Get<PortPool>().Reserve(21001, 21002);

        var pod = await DeployAsync(domain, TestDomain.Owner, "22, 23");

        Assert.Equal([21000, 21003], pod.Leases.Select(lease => lease.Port).Order());
    }

    [Fact]
    public async Task Released_AnotherOwner_GetsItOnlyAfterTheQuarantine()
    {
        await using var domain = await NewAsync("21000-21000");
        var first = await DeployAsync(domain, TestDomain.Owner, "22");
        await TerminateAsync(domain, first);

        Assert.Contains("of 1, 0 are leased, 1 in quarantine and 0 free", Refused(await TryDeployAsync(domain, TestDomain.Other, "22")), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(23));
        Refused(await TryDeployAsync(domain, TestDomain.Other, "22"));
        _clock.Advance(TimeSpan.FromHours(1));

        var second = await DeployAsync(domain, TestDomain.Other, "22");
        Assert.Equal((21000, 2L), (second.Leases.Single().Port, second.Leases.Single().Epoch));
    }

    [Fact]
    public async Task Released_SameOwner_GetsTheOldestBackUnderPressure()
    {
        await using var domain = await NewAsync("21000-21001");
        var first = await DeployAsync(domain, TestDomain.Owner, "22");
        await TerminateAsync(domain, first);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = await DeployAsync(domain, TestDomain.Owner, "22");
        await TerminateAsync(domain, second);
        Assert.NotEqual(first.Leases.Single().Port, second.Leases.Single().Port);

        var third = await DeployAsync(domain, TestDomain.Owner, "22");

        Assert.Equal(first.Leases.Single().Port, third.Leases.Single().Port);
    }

    [Fact]
    public async Task Exhausted_AllOrNothing()
    {
        await using var domain = await NewAsync("21000-21002");
        await DeployAsync(domain, TestDomain.Owner, "22");

        Refused(await TryDeployAsync(domain, TestDomain.Owner, "22, 23, 70000"));

        await using var db = await domain.OpenDatabaseAsync();
        Assert.Equal(1, await db.PortLeases.CountAsync(Cancelled));
        Assert.Equal(1, await db.Pods.CountAsync(Cancelled));
        var fits = await DeployAsync(domain, TestDomain.Owner, "22, 70000");
        Assert.Equal(2, fits.Leases.Count);
    }

    [Fact]
    public async Task Reset_AsOftenAsYouLike_AlwaysChangesTheNumber()
    {
        await using var domain = await NewAsync("21000-21003");
        var pod = await DeployAsync(domain, TestDomain.Owner, "22");
        var last = pod.Leases.Single().Port;
        for (var round = 0; round < 50; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            var next = Assert.IsType<PodResult.Saved>(await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled)).Pod.Leases.Single().Port;
            Assert.NotEqual(last, next);
            last = next;
        }
    }

    [Fact]
    public async Task Start_AfterAStop_AlwaysChangesTheNumber()
    {
        await using var domain = await NewAsync("21000-21001");
        var pod = await DeployAsync(domain, TestDomain.Owner, "22");
        for (var round = 0; round < 6; round++)
        {
            await domain.Pods.StopAsync(TestDomain.Owner, pod.Id, Cancelled);
            await domain.WaitForAsync(pod.Id, PodStatus.Exited);
            _clock.Advance(TimeSpan.FromMinutes(2));

            var started = Assert.IsType<PodResult.Saved>(await domain.Pods.StartAsync(TestDomain.Owner, pod.Id, Cancelled)).Pod;

            Assert.NotEqual(pod.Leases.Single().Port, started.Leases.Single().Port);
            pod = started;
        }
    }

    [Fact]
    public async Task Start_TooFewOtherNumbers_TakesThemAndThenItsOwnLastOnes()
    {
        await using var domain = await NewAsync("21000-21009");
        var before = await DeployAsync(domain, TestDomain.Owner, "22, 23, 24, 25, 26, 27");
        await domain.Pods.StopAsync(TestDomain.Owner, before.Id, Cancelled);
        await domain.WaitForAsync(before.Id, PodStatus.Exited);
        _clock.Advance(TimeSpan.FromDays(2));

        var after = Assert.IsType<PodResult.Saved>(await domain.Pods.StartAsync(TestDomain.Owner, before.Id, Cancelled)).Pod;

        Assert.Equal(4, after.Leases.Select(lease => lease.Port).Except(before.Leases.Select(lease => lease.Port)).Count());
        Assert.Equal(6, after.Leases.Select(lease => lease.Port).Distinct().Count());
    }

    [Fact]
    public async Task Reset_TooFewOtherNumbers_SaysHowManyAreKeptBack()
    {
        await using var domain = await NewAsync("21000-21009");
        var pod = await DeployAsync(domain, TestDomain.Owner, "22, 23, 24, 25, 26, 27");

        Assert.Contains(
            "of 10, 6 are leased, 0 in quarantine and 4 free. A reset changes every number, so the pod's last 6 are kept back.",
            Refused(await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Released_BelowTheFloor_NobodyGetsItHoweverFewAreFree()
    {
        await using var domain = await NewAsync("21000-21000");
        await TerminateAsync(domain, await DeployAsync(domain, TestDomain.Owner, "22"));
        _clock.Advance(TimeSpan.FromSeconds(59));

        Refused(await TryDeployAsync(domain, TestDomain.Owner, "22"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await DeployAsync(domain, TestDomain.Owner, "22")).Leases.Single().Epoch);
    }

    [Fact]
    public async Task Lease_WithinTheQuarantine_AnotherPodOfTheOwnerGetsAFreshNumberWhileThereIsOne()
    {
        await using var domain = await NewAsync("21000-21003");
        var first = await DeployAsync(domain, TestDomain.Owner, "22");
        await TerminateAsync(domain, first);
        _clock.Advance(TimeSpan.FromMinutes(5));

        var others = new[] { await DeployAsync(domain, TestDomain.Owner, "22"), await DeployAsync(domain, TestDomain.Owner, "22, 23") };

        Assert.DoesNotContain(first.Leases.Single().Port, others.SelectMany(pod => pod.Leases).Select(lease => lease.Port));
    }

    [Fact]
    public async Task Lease_PortOfAnotherProgram_IsLeftOutAndCounted()
    {
        await using var domain = await NewAsync("21000-21001");
        using var other = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(_address, 21000));
        other.Listen();

        var pod = await DeployAsync(domain, TestDomain.Owner, "22");

        Assert.Equal(21001, pod.Leases.Single().Port);
        Assert.Contains(
            "of 2, 1 are leased, 0 in quarantine, 1 taken by other programs and 0 free",
            Refused(await TryDeployAsync(domain, TestDomain.Owner, "22")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exhausted_AfterAMove_CountsTheTakenPortOnce()
    {
        await using var domain = await NewAsync("21000-21002");
        var pod = await DeployAsync(domain, TestDomain.Owner, "22");
        await domain.Get<LeaseMoves>().MoveAsync(pod.Id, [(new(PortProtocol.Tcp, 22), 1)]);

        Assert.Contains(
            "of 3, 1 are leased, 1 in quarantine and 1 free", Refused(await TryDeployAsync(domain, TestDomain.Owner, "22, 23")), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Contains(
            "of 3, 1 are leased, 0 in quarantine and 2 free", Refused(await TryDeployAsync(domain, TestDomain.Owner, "22, 23, 24")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lease_WholeRangeIsForOutgoingConnections_SaysSo()
    {
        await using var domain = await NewAsync("21000-21009", new EphemeralRange(20000, 30000));

        Assert.Contains(
            "10 of the 10 ports of Gateway:TcpPortRange are left out: this system gives 20000-30000 to outgoing connections, so no TCP port",
            Refused(await TryDeployAsync(domain, TestDomain.Owner, "22")), StringComparison.Ordinal);
    }

    private Task<TestDomain> NewAsync(string range, EphemeralRange? ephemeral = null) => TestDomain.CreateAsync(
        gateway =>
        {
            gateway.TcpPortRange = range;
            gateway.PublicAddresses.Add(new() { Address = $"{_address}", Cloud = CloudType.Secure });
        },
        services => services.AddSingleton<TimeProvider>(_clock).AddSingleton(ephemeral ?? new(60000, 65535)));

    private static async Task<Pod> DeployAsync(TestDomain domain, Actor owner, string tcp) =>
        Assert.IsType<PodResult.Saved>(await TryDeployAsync(domain, owner, tcp)).Pod;

    private static Task<PodResult> TryDeployAsync(TestDomain domain, Actor owner, string tcp) => domain.Pods.DeployAsync(
        owner, new() { Overrides = new() { Image = "demo", Ports = PortList.Parse("", tcp, 64).Ports } }, Cancelled);

    private static async Task TerminateAsync(TestDomain domain, Pod pod)
    {
        // The result holds the leases as they were when it was deployed.
        await domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled);
        await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the pod is gone");
    }

    private static string Refused(PodResult result) => Assert.IsType<PodResult.Refused>(result).Message;
}
