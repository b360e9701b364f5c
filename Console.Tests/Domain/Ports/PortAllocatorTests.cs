using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports;

/// <summary>Which external ports are given, kept back and given again.</summary>
public sealed class PortAllocatorTests
{
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
    public async Task Lease_SymmetricalPort_IsNeverANumberThatThePodUsesInside()
    {
        await using var domain = await NewAsync("21000-21003");

        var pod = await DeployAsync(domain, TestDomain.Owner, "70000", http: "21000, 21001, 21002");

        Assert.Equal(21003, pod.Leases.Single().Port);
    }

    [Fact]
    public async Task Lease_NeverAPortOfTheConsole()
    {
        await using var domain = await TestDomain.CreateAsync(gateway =>
            (gateway.TcpPortRange, gateway.HttpsPort, gateway.HttpPort) = ("21000-21003", 21000, 21001));

        var pod = await DeployAsync(domain, TestDomain.Owner, "22, 23");

        Assert.Equal([21002, 21003], pod.Leases.Select(lease => lease.Port).Order());
    }

    [Fact]
    public async Task Released_AnotherOwner_GetsItOnlyAfterTheQuarantine()
    {
        await using var domain = await NewAsync("21000-21000");
        var first = await DeployAsync(domain, TestDomain.Owner, "22");
        await TerminateAsync(domain, first);

        Assert.Contains("of 1, 0 are leased and 1 in quarantine", Refused(await TryDeployAsync(domain, TestDomain.Other, "22")), StringComparison.Ordinal);
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
            var next = Assert.IsType<PodResult.Saved>(await domain.Pods.ResetAsync(TestDomain.Owner, pod.Id, Cancelled)).Pod.Leases.Single().Port;
            Assert.NotEqual(last, next);
            last = next;
        }
    }

    [Fact]
    public async Task RandomLifecycles_InParallel_NeverLeaseTwiceNorBreakTheQuarantine()
    {
        await using var domain = await NewAsync("21000-21059");
        var held = new System.Collections.Concurrent.ConcurrentDictionary<int, string>();

        await Parallel.ForEachAsync(Enumerable.Range(1, 4), Cancelled, async (seed, _) =>
        {
            var random = new Random(seed);
            var owner = seed % 2 == 0 ? TestDomain.Owner : TestDomain.Other;
            var pods = new List<PodId>();
            for (var step = 0; step < 40; step++)
            {
                var result = pods.Count < 3 || random.Next(3) == 0
                    ? await TryDeployAsync(domain, owner, random.Next(2) == 0 ? "22" : "22, 70000")
                    : await ChangeAsync(domain, owner, pods[random.Next(pods.Count)], random.Next(3));
                if (result is PodResult.Saved { Pod: var pod })
                {
                    pods = [.. pods.Append(pod.Id).Distinct()];
                    foreach (var lease in pod.Leases)
                    {
                        // No day has passed, so whose it was once it must be for ever.
                        Assert.Equal(owner.UserId, held.GetOrAdd(lease.Port, owner.UserId));
                    }
                }
            }
        });

        await using var db = await domain.OpenDatabaseAsync();
        var leases = await db.PortLeases.AsNoTracking().ToListAsync(Cancelled);
        Assert.Equal(leases.Count, leases.DistinctBy(lease => (lease.Address, lease.Port)).Count());
        Assert.All(leases, lease => Assert.Equal(lease.PodId is null, lease.ReleasedAt is not null));
    }

    private Task<TestDomain> NewAsync(string range) => TestDomain.CreateAsync(
        gateway => gateway.TcpPortRange = range, services => services.AddSingleton<TimeProvider>(_clock));

    private static async Task<Pod> DeployAsync(TestDomain domain, Actor owner, string tcp, string http = "") =>
        Assert.IsType<PodResult.Saved>(await TryDeployAsync(domain, owner, tcp, http)).Pod;

    private static Task<PodResult> TryDeployAsync(TestDomain domain, Actor owner, string tcp, string http = "") => domain.Pods.DeployAsync(
        owner, new() { Overrides = new() { Image = "demo", Ports = PortList.Parse(http, tcp, 64).Ports } }, Cancelled);

    private static Task<PodResult> ChangeAsync(TestDomain domain, Actor owner, PodId id, int what) => what switch
    {
        0 => domain.Pods.ResetAsync(owner, id, Cancelled),
        1 => domain.Pods.StopAsync(owner, id, Cancelled),
        _ => domain.Pods.TerminateAsync(owner, id, Cancelled),
    };

    private static async Task TerminateAsync(TestDomain domain, Pod pod)
    {
        // The result holds the leases as they were when it was deployed.
        await domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled);
        await Eventually.TrueAsync(async () => await domain.FindAsync(pod.Id) is null, "the pod is gone");
    }

    private static string Refused(PodResult result) => Assert.IsType<PodResult.Refused>(result).Message;
}
