using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Tests.Domain.Ports.Leases;

/// <summary>
/// Who held which external port, and when, as the answers told. The test changes the time only while nothing else happens, so
/// that each moment in here is exact.
/// </summary>
internal sealed class LeaseJournal(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly List<Tenure> _tenures = [];
    private readonly Dictionary<PodId, Dictionary<int, Tenure>> _held = [];
    private readonly Dictionary<PodId, Dictionary<int, int>> _last = [];

    /// <summary>Every tenure, over or not.</summary>
    public IReadOnlyList<Tenure> Tenures => _tenures;

    /// <summary>Notes what a pod holds from now on.</summary>
    /// <param name="pod">The pod as its answer showed it.</param>
    /// <param name="promise">What must hold of the numbers that it held before.</param>
    public void Note(Pod pod, Promise promise)
    {
        lock (_lock)
        {
            var before = _held.GetValueOrDefault(pod.Id, []);
            var after = pod.Leases.ToDictionary(lease => lease.Number!.Value, lease =>
                before.TryGetValue(lease.Number!.Value, out var kept) && (kept.Address, kept.Port, kept.Epoch) == (lease.Address, lease.Port, lease.Epoch)
                    ? kept
                    : new Tenure(lease.Address, lease.Port, lease.Epoch, lease.OwnerId, clock.GetUtcNow()));
            foreach (var ended in before.Values.Except(after.Values))
            {
                ended.End = clock.GetUtcNow();
            }

            var last = _last.GetValueOrDefault(pod.Id, []).Where(item => pod.Ports.Exists(port => port.Number == item.Key)).ToDictionary();
            if (promise == Promise.ChangesAll)
            {
                Assert.Empty(after.Values.Select(tenure => tenure.Port).Intersect(last.Values));
            }
            else if (promise == Promise.KeepsAll)
            {
                Assert.Equal(before, after);
            }
            else if (promise == Promise.KeepsStaying)
            {
                Assert.All(before.Where(item => after.ContainsKey(item.Key)), item => Assert.Same(item.Value, after[item.Key]));
            }
            else if (promise == Promise.MovesOne)
            {
                Assert.Equal(before.Keys.Order(), after.Keys.Order());
                Assert.Single(after.Values.Except(before.Values));
            }
            else if (promise == Promise.BeginsAnew)
            {
                Assert.Empty(before);
            }

            AssertWhole(pod);

            foreach (var (number, tenure) in after)
            {
                last[number] = tenure.Port;
            }

            _last[pod.Id] = last;
            _tenures.AddRange(after.Values.Except(before.Values));
            _held[pod.Id] = after;
        }
    }

    /// <summary>Notes that a pod is gone.</summary>
    public void Forget(PodId podId)
    {
        lock (_lock)
        {
            if (_held.Remove(podId, out var held))
            {
                foreach (var tenure in held.Values)
                {
                    tenure.End = clock.GetUtcNow();
                }
            }
        }
    }

    // All requested ports are leased together, on the pod's one address, or none is.
    private static void AssertWhole(Pod pod)
    {
        var wanted = pod.Intent == PodIntent.Run ? pod.Ports.Where(port => port.Protocol == PortProtocol.Tcp).Select(port => port.Number) : [];
        Assert.Equal(wanted.Order(), pod.Leases.Select(lease => lease.Number!.Value).Order());
        Assert.All(pod.Leases, lease => Assert.Equal(pod.PublicAddress, lease.Address));
    }

    /// <summary>What becomes of the numbers that a pod had.</summary>
    internal enum Promise
    {
        None,
        KeepsAll,
        KeepsStaying,
        MovesOne,
        ChangesAll,
        BeginsAnew,
    }

    /// <summary>One lease from its beginning to its end.</summary>
    internal sealed class Tenure(string address, int port, long epoch, string ownerId, DateTimeOffset begin)
    {
        public string Address => address;

        public int Port => port;

        public long Epoch => epoch;

        public string OwnerId => ownerId;

        public DateTimeOffset Begin => begin;

        public DateTimeOffset? End { get; set; }
    }
}
