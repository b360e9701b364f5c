using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
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
    public async Task Serve_Throws_IsToldAndServesTheNext()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var (served, failures) = (0, new ConcurrentQueue<string>());
        var acceptor = LoopAcceptor.Begin(
            socket,
            clients =>
            {
                clients.ForEach(client => Descriptor.Close(client.Descriptor));
                if (Interlocked.Increment(ref served) == 1)
                {
                    throw new InvalidOperationException("A bug.");
                }
            },
            exception => failures.Enqueue(exception.Message),
            TimeProvider.System);

        for (var number = 1; number <= 2; number++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(socket.LocalEndPoint!, TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => Volatile.Read(ref served) == number, "it was accepted");
        }

        Assert.Equal(["A bug."], failures);
        acceptor.End();
    }

    [Fact]
    public async Task Begin_ManyWaitAlready_ServesThemTogether()
    {
        const int Together = 8;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        var clients = await Task.WhenAll(Enumerable.Range(0, Together + 1).Select(_ => TcpGateway.ConnectAsync((IPEndPoint)socket.LocalEndPoint!)));

        var batches = new ConcurrentQueue<int>();
        var acceptor = LoopAcceptor.Begin(
            socket,
            batch =>
            {
                batch.ForEach(client => Descriptor.Close(client.Descriptor));
                batches.Enqueue(batch.Count);
            },
            _ => { },
            TimeProvider.System);
        await Eventually.TrueAsync(() => batches.Sum() == Together + 1, "all were served");

        // Each of two loops takes what there is until nothing is left or it has its fill; the last one may have come after that.
        Assert.All(batches, count => Assert.InRange(count, 1, Together));
        Assert.InRange(batches.Count, 2, 4);
        acceptor.End();
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Happened_OneLoopIsBusy_AnotherTakesTheNext()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "There is one loop for each processor.");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        using var second = new ManualResetEventSlim();
        var (served, together) = (0, false);
        var acceptor = LoopAcceptor.Begin(
            socket,
            clients =>
            {
                clients.ForEach(client => Descriptor.Close(client.Descriptor));
                if (Interlocked.Increment(ref served) == 1)
                {
                    Volatile.Write(ref together, second.Wait(Eventually.Deadline));
                }
                else
                {
                    second.Set();
                }
            },
            _ => { },
            TimeProvider.System);

        for (var number = 1; number <= 2; number++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(socket.LocalEndPoint!, TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => Volatile.Read(ref served) == number, "it was accepted");
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref together), "the first one saw the second");
        acceptor.End();
    }

    [Fact]
    public async Task Serve_NoDescriptorsLeft_IsToldOnceAMinute()
    {
        var (log, clock, isOut, failures) = (new LineLog(), new FakeTimeProvider(), true, 0);
        await using var gateway = new TcpGateway(log: log, clock: clock, onLoops: true);
        using var service = new TcpService();
        gateway.Accepted = () =>
        {
            if (Volatile.Read(ref isOut))
            {
                Interlocked.Increment(ref failures);
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }
        };
        gateway.Reconcile(gateway.Want(20000, service.Port));

        for (var round = 1; round <= 2; round++)
        {
            for (var failure = failures + 1; failure <= 2 * round; failure++)
            {
                Volatile.Write(ref isOut, true);
                using var refused = await gateway.ConnectAsync(20000);
                await RestUntilAsync(() => Volatile.Read(ref failures) == failure, "it could not be accepted");

                Volatile.Write(ref isOut, false);
                using var client = await gateway.ConnectAsync(20000);
                await RestUntilAsync(() => service.Count == failure, "another one is accepted");
                await client.AssertAliveAsync(await service.AcceptNextAsync());
            }

            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await Eventually.TrueAsync(() => Problems(log).Length >= 2, "both are told");
        const string Told = "the console has no file descriptors left. Raise its limit (ulimit -n, LimitNOFILE).";
        Assert.Collection(
            Problems(log),
            problem => Assert.EndsWith(Told, problem, StringComparison.Ordinal),
            problem => Assert.EndsWith(Told, problem, StringComparison.Ordinal));

        Task RestUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
            () =>
            {
                clock.Advance(LoopAcceptor.Rest / 10);
                return condition();
            },
            what);
    }

    [Fact]
    public async Task Serve_HolderIsKnown_IsAskedOnTheLoopAndAgainForTheNext()
    {
        const int Clients = 100;
        await using var gateway = new TcpGateway(onLoops: true);
        using var service = new TcpService();
        var (holder, onLoop) = (PortHolderKind.Pod, new ConcurrentBag<bool>());
        gateway.Runtime.KnownPortHolder = (_, _, _) =>
        {
            onLoop.Add(EventLoop.IsCurrent);
            return new(holder);
        };
        gateway.Runtime.PortHolder = (_, _, _) => new(PortHolderKind.Other, "a stranger");
        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port)));

        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => gateway.ConnectAsync(20000)));
        foreach (var _ in clients)
        {
            (await service.AcceptNextAsync()).Dispose();
        }

        var before = onLoop.Count;
        holder = PortHolderKind.Nobody;
        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        Assert.Equal((before + 1, Clients), (onLoop.Count, service.Count));
        Assert.All(onLoop, Assert.True);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Serve_HolderIsNotKnown_IsAskedInThePool()
    {
        await using var gateway = new TcpGateway(onLoops: true);
        using var service = new TcpService();
        var onLoop = new ConcurrentQueue<bool>();
        gateway.Runtime.KnownPortHolder = (_, _, _) => null;
        gateway.Runtime.PortHolder = (_, _, _) =>
        {
            onLoop.Enqueue(EventLoop.IsCurrent);
            return new(PortHolderKind.Pod);
        };

        using var client = await gateway.ConnectToAsync(service.Port);

        await client.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal([false], onLoop);
    }

    private static string[] Problems(LineLog log) => [.. log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal))];
}
