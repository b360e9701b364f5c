using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Proxy.Tcp.Relays;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Bench;

/// <summary>What the list of live connections and its counters cost: the processor time with them and without, alternating.</summary>
internal static class CountingCost
{
    private const int Rounds = 15;
    private const int Requests = 200_000;
    private const int Relays = 200_000;
    private const int Piece = 64 << 10;
    private const int Pieces = (1 << 30) / Piece;

    private static readonly PodId Pod = PodId.New();
    private static readonly PortKey Port = new(PortProtocol.Tcp, 6379);
    private static readonly RelayRules Rules = new(TimeSpan.Zero, ProxyProtocolVersion.None);

    private static ReadOnlySpan<byte> Client => [127, 0, 0, 1];

    public static async Task RunAsync()
    {
        var route = new HttpRoute(8080, RouteRules.Default(new GatewaySettings()), null);
        var exchange = new Exchange(HttpTransformer.Default, route, new DefaultHttpContext(), route.Rules.Access.Anyone);
        var flow = new RelayFlow(Stopwatch.GetTimestamp());
        var (open, closed) = (new OpenRelays(), new ClosedConnections());

        var copy = await MeasureAsync(CopyAsync);
        var (without, with) = await CompareAsync(() => EnterAsync(route, counts: false), () => EnterAsync(route, counts: true));
        Write($"request: {(with - without) / Requests * 1e6:0.000} µs");
        (without, with) = await CompareAsync(() => ReadAsync(new Endless()), () => ReadAsync(new CountedStream(new Endless(), exchange, isUp: false)));
        Write($"body, 1 GiB: {(with - without) * 1000:0.0} ms, {(with - without) / copy:P2} of a bare copy, which takes {copy * 1000:0} ms");
        (without, with) = await CompareAsync(() => RelayAsync(open, closed, counts: false), () => RelayAsync(open, closed, counts: true));
        Write($"TCP connection: {(with - without) / Relays * 1e6:0.000} µs");
        (without, with) = await CompareAsync(() => Count(null), () => Count(flow));
        Write($"TCP, 1 GiB: {(with - without) * 1000:0.0} ms, {(with - without) / copy:P2} of a bare copy");
    }

    // Both alternate, so that whatever else the machine does meets both alike.
    private static async Task<(double Without, double With)> CompareAsync(Func<Task> without, Func<Task> with)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            first.Add(await TimeAsync(without));
            second.Add(await TimeAsync(with));
        }

        return (Percentiles.At(first, 0.5), Percentiles.At(second, 0.5));
    }

    private static async Task<double> MeasureAsync(Func<Task> run) => (await CompareAsync(run, () => Task.CompletedTask)).Without;

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var before = Environment.CpuUsage.TotalTime;
        await run();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static Task TwiceAsync(Action run) => Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(run)));

    private static Task EnterAsync(HttpRoute route, bool counts) => TwiceAsync(() =>
    {
        var context = new DefaultHttpContext();
        for (var index = 0; index < Requests / 2; index++)
        {
            route.TryEnter();
            if (counts)
            {
                new Exchange(HttpTransformer.Default, route, context, route.Rules.Access.Anyone).Finish();
            }

            route.Exit();
            DoSomethingElse();
        }
    });

    // Each has an address and a relay of its own, with and without, which asks nothing of the system: it has no descriptor.
    private static Task RelayAsync(OpenRelays open, ClosedConnections closed, bool counts) => TwiceAsync(() =>
    {
        for (var index = 0; index < Relays / 2; index++)
        {
            var client = new AcceptedClient(new IPEndPoint(new IPAddress(Client), 50_000), Socket: null, Descriptor: -1);
            var relay = new LoopRelay(client, Rules, TimeProvider.System);
            if (counts)
            {
                // What a relay has for the list alone, its number and its beginning, comes with both: here it is paid for.
                _ = ConnectionIds.Next();
                _ = TimeProvider.System.GetUtcNow();
                open.TryEnter(relay, most: null, mostPerClient: null);
                open.Leave(relay);
                closed.Add(new(RelayView.Of(relay, Pod, Port), TimeProvider.System.GetUtcNow().UtcDateTime, CloseReason.Finished));
            }

            DoSomethingElse();
        }
    });

    // For some 5 µs. A request takes many times that: two threads with nothing to do but to count would count the time for which they
    // wait for each other.
    private static void DoSomethingElse()
    {
        var number = 1;
        for (var index = 0; index < 4000; index++)
        {
            number = (number * 31) + index;
        }

        GC.KeepAlive(number == 0 ? "" : null);
    }

    private static async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[Piece];
        for (var left = 1L << 30; left > 0;)
        {
            left -= await stream.ReadAsync(buffer);
        }
    }

    private static Task Count(RelayFlow? flow)
    {
        for (var index = 0; index < Pieces; index++)
        {
            flow?.Count(Piece, Stopwatch.GetTimestamp());
        }

        return Task.CompletedTask;
    }

    private static async Task CopyAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var sender = new TcpClient();
        await sender.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var receiver = await listener.AcceptTcpClientAsync();
        var sending = Task.Run(() =>
        {
            var piece = new byte[Piece];
            for (var index = 0; index < Pieces; index++)
            {
                sender.Client.Send(piece);
            }
        });
        var buffer = new byte[Piece];
        for (var left = 1L << 30; left > 0;)
        {
            left -= receiver.Client.Receive(buffer);
        }

        await sending;
    }

    private static void Write(FormattableString line) => System.Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(buffer.Length);
    }
}
