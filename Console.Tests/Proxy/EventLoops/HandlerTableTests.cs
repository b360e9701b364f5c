using PodConsole.Proxy.EventLoops;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.EventLoops;

public sealed class HandlerTableTests
{
    private readonly HandlerTable _table = new();

    [Fact]
    public void Find_RemovedAndItsPlaceGivenAway_FindsTheNextByItsOwnNumberAlone()
    {
        var (first, second) = (new Handler(), new Handler());
        var old = _table.Add(first);
        Assert.Same(first, _table.Find(old));
        _table.Remove(old);
        Assert.Null(_table.Find(old));

        var number = _table.Add(second);
        _table.Remove(old);

        Assert.NotEqual(old, number);
        Assert.Null(_table.Find(old));
        Assert.Same(second, _table.Find(number));
    }

    [Fact]
    public void Remove_NumberThatWasNeverGiven_LeavesTheFirst()
    {
        var handler = new Handler();
        var number = _table.Add(handler);

        _table.Remove(0);

        Assert.Same(handler, _table.Find(number));
    }

    [Fact]
    public void Add_ManyMoreThanItBeganWith_FindsEach()
    {
        var handlers = Enumerable.Range(0, 1000).Select(_ => new Handler()).ToList();

        var numbers = handlers.ConvertAll(_table.Add);

        Assert.Equal(handlers, numbers.ConvertAll(_table.Find));
    }

    [Fact]
    public async Task Find_ItsPlaceChangesHandsMeanwhile_NeverFindsAnothers()
    {
        var handler = new Handler();
        var old = _table.Add(handler);
        _table.Remove(old);
        using var ended = new CancellationTokenSource();
        var changes = Task.Run(
            () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    _table.Remove(_table.Add(handler));
                }
            },
            TestContext.Current.CancellationToken);

        var found = Enumerable.Range(0, 100_000).Count(_ => _table.Find(old) is not null);

        await ended.CancelAsync();
        await changes.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(0, found);
    }

    private sealed class Handler : ILoopHandler
    {
        public void Happened(SocketEvents events)
        {
        }
    }
}
