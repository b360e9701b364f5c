using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Connections that cost something only while something happens on them. The console is a process of its own.</summary>
public sealed class IdleConnectionsTests
{
    private static readonly int Count = LoadSize.Of(300, 9000);
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(LoadSize.Of(0, 10));

    private static readonly int Senders = LoadSize.Of(10, 100);
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(LoadSize.Of(1, 60));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "idle")]
    public async Task Relay_ManyIdleConnections_AreKeptInLittleMemory()
    {
        const int WarmUp = 200;
        await using var console = await DemoConsole.StartAsync();

        // It grows too for a while, because garbage is only collected when there is enough.
        await using var empty = LoadSize.IsFull ? await DemoConsole.StartAsync() : null;
        var sockets = new List<Socket>();
        await OpenAsync(sockets, WarmUp, console.Echo);
        var (before, started) = (console.Memory, Stopwatch.GetTimestamp());

        await OpenAsync(sockets, Count - WarmUp, console.Echo);
        var opened = Stopwatch.GetElapsedTime(started);
        var each = (console.Memory - before) / (Count - WarmUp);
        var emptyBefore = empty?.Memory;
        await Task.Delay(Silence, Cancelled);
        var emptyGrown = empty?.Memory - emptyBefore ?? 0;
        var eachLater = (console.Memory - before - emptyGrown) / (Count - WarmUp);

        foreach (var socket in sockets)
        {
            await AskAsync(socket);
            socket.Dispose();
        }

        Write($"{Count} connections in {opened.TotalSeconds:0.0} s, {each} B each, all alive after {Silence.TotalMinutes:0} min; {eachLater} B each then, "
            + $"without the {emptyGrown / 1024} KiB by which a console with none has grown meanwhile");
        if (LoadSize.IsFull)
        {
            var peer = await PeerMemoryAsync(console.Echo);
            Write($"HAProxy: {peer} B each");

            // Less than nothing where garbage from before was collected meanwhile.
            Assert.InRange(each, long.MinValue, peer * 3 / 2);
            Assert.InRange(eachLater, long.MinValue, peer * 3 / 2);
        }
    }

    [Fact]
    [Trait("Load", "backpressure")]
    public async Task Relay_FastSendersAndAReaderThatStalled_HoldsLittleOfWhatTheySend()
    {
        const int Most = 128 * 1024;
        await using var console = await DemoConsole.StartAsync();
        var chunk = new byte[1024 * 1024];
        var sockets = new List<Socket>();
        await OpenAsync(sockets, Senders, console.Echo);
        var before = console.Memory;
        var sent = 0L;
        var peak = 0L;

        // The service sends everything back, and nobody reads it: it reads on only as long as somebody's buffers grow.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        stop.CancelAfter(Stalled);
        var sending = sockets.Select(socket => SendAsync(socket)).ToList();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(Cancelled))
        {
            peak = Math.Max(peak, console.Memory);
        }

        await Task.WhenAll(sending);
        sockets.ForEach(socket => socket.Dispose());
        var growth = (peak - before) / Senders;
        Write($"{Senders} senders for {Stalled.TotalSeconds:0} s: {sent / Senders / 1024} KiB taken of each, {growth} B each held by the console");
        Assert.InRange(growth, long.MinValue, LoadSize.IsFull ? Most : 8 * Most);

        async Task SendAsync(Socket socket)
        {
            try
            {
                while (true)
                {
                    Interlocked.Add(ref sent, await socket.SendAsync(chunk, stop.Token));
                }
            }
            catch (OperationCanceledException)
            {
                // The time is over.
            }
        }
    }

    private static async Task OpenAsync(List<Socket> sockets, int count, IPEndPoint echo)
    {
        var opened = new Socket[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancelled }, async (index, _) =>
        {
            opened[index] = await TcpGateway.ConnectAsync(echo);
            await AskAsync(opened[index]);
        });
        sockets.AddRange(opened);
    }

    private static async Task AskAsync(Socket socket)
    {
        await socket.SendTextAsync("ping");
        Assert.Equal("ping", await socket.ReadTextAsync(4));
    }

    // What HAProxy uses for each of as many, in front of the same port.
    private static async Task<long> PeerMemoryAsync(IPEndPoint echo)
    {
        const int WarmUp = 200;
        using var directory = new TempDirectory();
        var address = new IPEndPoint(TcpGateway.NewAddress(), 20000);
        await File.WriteAllTextAsync(directory.File("haproxy.cfg"), $"""
            global
              maxconn {Count + 100}
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            listen echo
              bind {address}
              server echo {echo}

            """, Cancelled);
        using var haproxy = Process.Start("haproxy", ["-db", "-f", directory.File("haproxy.cfg")]);
        var sockets = new List<Socket>();
        try
        {
            await Eventually.TrueAsync(() => ListensAsync(address), "HAProxy listens");
            await OpenAsync(sockets, WarmUp, address);
            var before = DemoConsole.MemoryOf(haproxy.Id);
            await OpenAsync(sockets, Count - WarmUp, address);
            return (DemoConsole.MemoryOf(haproxy.Id) - before) / (Count - WarmUp);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
            haproxy.Kill();
        }
    }

    private static async Task<bool> ListensAsync(IPEndPoint address)
    {
        try
        {
            using var socket = await TcpGateway.ConnectAsync(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
