using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Connections;

namespace PodConsole.Tests.Proxy.Connections;

public sealed class ClosedConnectionsTests
{
    private readonly ClosedConnections _closed = new();
    private long _last;

    [Fact]
    public void Add_OnePodIsBusy_ForgetsItsOldestAlone()
    {
        var (busy, quiet) = (PodId.New(), PodId.New());
        AddMany(quiet, 2);
        AddMany(busy, ClosedConnections.Most + 1);
        AddMany(quiet, 1);

        Assert.Equal([_last, 2, 1], IdsOf(quiet));
        Assert.Equal(Enumerable.Range(0, ClosedConnections.MostOfAPod).Select(index => _last - 1 - index), IdsOf(busy));
    }

    [Fact]
    public void Add_VeryManyPods_ForgetsTheOldestOfAll()
    {
        var first = PodId.New();
        AddMany(first, 2);
        List<PodId> others = [.. Enumerable.Range(0, ClosedConnections.Most).Select(_ => PodId.New())];
        others[..^1].ForEach(podId => AddMany(podId, 1));
        Assert.Equal([2], IdsOf(first));

        AddMany(others[^1], 1);

        Assert.Empty(IdsOf(first));
        Assert.Equal(ClosedConnections.Most, _closed.List(others.ToHashSet()).Count);
    }

    private void AddMany(PodId podId, int count)
    {
        for (var index = 0; index < count; index++)
        {
            _closed.Add(new(
                new(++_last, podId, new(PodConsole.Domain.Ports.PortProtocol.Tcp, 22), ConnectionKind.Tcp, "192.0.2.7", 50_000, default, default, 0, 0),
                default,
                CloseReason.Finished));
        }
    }

    private IEnumerable<long> IdsOf(PodId podId) => _closed.List(new HashSet<PodId> { podId }).Select(closed => closed.Connection.Id);
}
