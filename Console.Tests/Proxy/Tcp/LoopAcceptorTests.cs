using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Tcp;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

public sealed class LoopAcceptorTests
{
    public LoopAcceptorTests() => Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");

    [Fact]
    public async Task Begin_NothingCanBeAccepted_TriesAgainAndGoesOnWhenItCan()
    {
        // A socket that does not listen yet: accepting fails, as it does without descriptors.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var (served, failures) = (0, 0);
        var acceptor = LoopAcceptor.Begin(
            socket,
            clients =>
            {
                clients.ForEach(client => Descriptor.Close(client.Descriptor));
                Interlocked.Add(ref served, clients.Count);
            },
            _ => Interlocked.Increment(ref failures),
            TimeProvider.System);
        await Eventually.TrueAsync(() => Volatile.Read(ref failures) > 1, "it tried again");

        socket.Listen();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(socket.LocalEndPoint!, TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => Volatile.Read(ref served) == 1, "it was accepted");
        acceptor.End();
    }

    [Fact]
    public async Task Serve_HolderIsKnown_IsAskedOnTheLoopForEveryConnection()
    {
        const int Clients = 100;
        await using var gateway = new TcpGateway(onLoops: true);
        using var service = new TcpService();
        var (asked, onLoop) = (0, new ConcurrentBag<bool>());
        gateway.Runtime.KnownPortHolder = (_, _, _) =>
        {
            Interlocked.Increment(ref asked);
            onLoop.Add(EventLoop.IsCurrent);
            return new(PortHolderKind.Pod);
        };
        gateway.Runtime.PortHolder = (_, _, _) => new(PortHolderKind.Other, "a stranger");
        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port)));

        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => gateway.ConnectAsync(20000)));
        foreach (var _ in clients)
        {
            (await service.AcceptNextAsync()).Dispose();
        }

        Assert.All(onLoop, Assert.True);
        Assert.InRange(asked, 1, Clients);
        var before = asked;
        gateway.Runtime.KnownPortHolder = (_, _, _) => new(PortHolderKind.Nobody);
        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        Assert.Equal((before, Clients), (asked, service.Count));
        Array.ForEach(clients, client => client.Dispose());
    }
}
