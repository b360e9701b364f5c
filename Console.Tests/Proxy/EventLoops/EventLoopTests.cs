using System.Net.Sockets;
using PodConsole.Proxy.EventLoops;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.EventLoops;

public sealed class EventLoopTests
{
    [Fact]
    public async Task IsTurnOver_AskedAgainBeforeTheNextTurn_GivesOneTurn()
    {
        Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var (turns, loop) = (0, EventLoop.Next());
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = new Handler(_ => ended.TrySetResult(turns));
        var number = loop.Watch(
            new Handler(handler =>
            {
                if (turns++ == 0)
                {
                    EventLoop.Count(int.MaxValue);
                    Array.ForEach([handler, handler, next], item => EventLoop.IsTurnOver(item));
                }
            }),
            socket.SafeHandle);

        Assert.Equal(2, await ended.Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken));
        loop.Forget(number);
    }

    private sealed class Handler(Action<ILoopHandler> happened) : ILoopHandler
    {
        public void Happened(SocketEvents events) => happened(this);
    }
}
