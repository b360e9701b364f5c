using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports.Leases;

/// <summary>What holds of leases whatever people do with their pods, eight at a time on one database file.</summary>
public sealed class RandomLifecycleTests
{
    private const int Workers = 8, StepsPerRound = 4, FirstPort = 21000, LastPort = 21034, OwnPort = 21007, FirstEphemeral = 21030;

    private static readonly int Rounds = LoadSize.Of(8, 250);
    private static readonly TimeSpan Quarantine = TimeSpan.FromHours(1), Floor = TimeSpan.FromMinutes(1);
    private static readonly string[] PortLists = ["22", "22, 70000", "22, 23, 70000, 70001", ""];

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "leases")]
    public async Task Leases_RandomLifecyclesInParallel_HoldEveryPromise()
    {
        await using var domain = await NewAsync();
        var journal = new LeaseJournal(_clock);
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var workers = Enumerable.Range(0, Workers).Select(number => new Worker(domain, journal, seed + number)).ToList();
        var time = new Random(seed);

        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.WorkAsync(StepsPerRound), Cancelled)));
            _clock.Advance(TimeSpan.FromMinutes(time.Next(2) == 0 ? time.Next(3) : time.Next(90)));
        }

        Assert.NotEmpty(journal.Tenures);
        Assert.All(journal.Tenures, tenure =>
        {
            Assert.InRange(tenure.Port, FirstPort, FirstEphemeral - 1);
            Assert.NotEqual(OwnPort, tenure.Port);
        });
        foreach (var port in journal.Tenures.GroupBy(tenure => (tenure.Address, tenure.Port)))
        {
            var tenures = port.OrderBy(tenure => tenure.Epoch).ToList();
            Assert.Equal(Enumerable.Range(1, tenures.Count).Select(epoch => (long)epoch), tenures.Select(tenure => tenure.Epoch));
            Assert.All(tenures.Zip(tenures.Skip(1)), pair => AssertHandover(pair.First, pair.Second));
        }

        await AssertRowsAsync(domain, journal);
    }

    private static void AssertHandover(LeaseJournal.Tenure before, LeaseJournal.Tenure after)
    {
        Assert.True(before.End is not null, $"{before.Port} was leased twice at a time");
        var pause = after.Begin - before.End.Value;
        Assert.True(
            pause >= (before.OwnerId == after.OwnerId ? Floor : Quarantine),
            $"{before.Port} went from {before.OwnerId} to {after.OwnerId} after {pause}");
    }

    private static async Task AssertRowsAsync(TestDomain domain, LeaseJournal journal)
    {
        await using var db = await domain.OpenDatabaseAsync();
        var rows = await db.PortLeases.AsNoTracking().ToListAsync(Cancelled);
        var held = rows.Where(row => row.PodId is not null).Select(row => (row.Address, row.Port, row.Epoch)).Order();
        Assert.Equal(journal.Tenures.Where(tenure => tenure.End is null).Select(tenure => (tenure.Address, tenure.Port, tenure.Epoch)).Order(), held);
        Assert.All(rows, row => Assert.Equal(row.PodId is null, row.ReleasedAt is not null));
    }

    private Task<TestDomain> NewAsync() => TestDomain.CreateAsync(
        gateway =>
        {
            gateway.TcpPortRange = $"{FirstPort}-{LastPort}";
            gateway.HttpsPort = OwnPort;
            (gateway.PortQuarantine, gateway.PortQuarantineFloor) = (Quarantine, Floor);
            gateway.PublicAddresses.Add(new() { Address = $"{TcpGateway.NewAddress()}", Cloud = CloudType.Community });
            gateway.PublicAddresses.Add(new() { Address = $"{TcpGateway.NewAddress()}", Cloud = CloudType.Community });
        },
        services => services.AddSingleton<TimeProvider>(_clock).AddSingleton(new EphemeralRange(FirstEphemeral, 60999)));

    /// <summary>Somebody with a few pods, who does this and that with them.</summary>
    private sealed class Worker(TestDomain domain, LeaseJournal journal, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<PodId> _pods = [];

        private Actor Owner { get; } = new[] { TestDomain.Owner, TestDomain.Other, TestDomain.Admin }[seed % 3];

        public async Task WorkAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                await (_pods.Count == 0 || (_pods.Count < 3 && _random.Next(3) == 0) ? DeployAsync() : ChangeAsync(_pods[_random.Next(_pods.Count)]));
            }
        }

        private string PortList => PortLists[_random.Next(PortLists.Length)];

        private async Task DeployAsync()
        {
            var result = await domain.Pods.DeployAsync(
                Owner, new() { Cloud = CloudType.Community, Overrides = new() { Image = "demo", Ports = Parse(PortList) } }, Cancelled);
            if (result is PodResult.Saved { Pod: var pod })
            {
                _pods.Add(pod.Id);
                journal.Note(pod, LeaseJournal.Promise.None);
            }
        }

        private async Task ChangeAsync(PodId podId)
        {
            var pods = domain.Pods;
            var action = _random.Next(8);
            if (action == 7)
            {
                await MoveAsync(podId);
                return;
            }

            var result = action switch
            {
                0 => await pods.StartAsync(Owner, podId, Cancelled),
                1 => await pods.StopAsync(Owner, podId, Cancelled),
                2 => await pods.RestartAsync(Owner, podId, Cancelled),
                3 => await pods.EditAsync(Owner, podId, null, new() { Ports = Parse(PortList) }, Cancelled),
                4 => await pods.TerminateAsync(Owner, podId, Cancelled),
                5 => await pods.MigrateAsync(Owner, podId, Cancelled),
                _ => await pods.ResetAsync(Owner, podId, Cancelled),
            };
            if (result is not PodResult.Saved { Pod: var pod })
            {
                return;
            }

            if (action == 4)
            {
                _pods.Remove(podId);
                journal.Forget(podId);
            }
            else
            {
                journal.Note(pod, action switch
                {
                    0 => LeaseJournal.Promise.BeginsAnew,
                    2 => LeaseJournal.Promise.KeepsAll,
                    3 => LeaseJournal.Promise.KeepsStaying,
                    6 => LeaseJournal.Promise.ChangesAll,
                    _ => LeaseJournal.Promise.None,
                });
            }
        }

        // Another program has taken the external port of one of the pod's ports, as the publisher finds out.
        private async Task MoveAsync(PodId podId)
        {
            if ((await domain.FindAsync(podId))!.Leases is { Count: > 0 } leases)
            {
                var lost = leases[_random.Next(leases.Count)];
                var moved = await domain.Get<LeaseMoves>().MoveAsync(podId, [(new(PortProtocol.Tcp, lost.Number!.Value), lost.Epoch)]);
                var after = (await domain.FindAsync(podId))!;
                Assert.Equal(moved, after.LeaseOf(new(PortProtocol.Tcp, lost.Number.Value))!.Port != lost.Port);
                journal.Note(after, moved ? LeaseJournal.Promise.MovesOne : LeaseJournal.Promise.KeepsAll);
            }
        }

        private static IReadOnlyList<PortRequest> Parse(string tcp) => PodConsole.Domain.Ports.PortList.Parse("", tcp, 64).Ports;
    }
}
