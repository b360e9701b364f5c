using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Connections;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Tcp;
using PodConsole.Proxy.Tcp.Relays;

namespace PodConsole.Tests.Support;

/// <summary>The TCP listeners of one pod on a public address that no other test uses.</summary>
internal sealed class TcpGateway : IAsyncDisposable
{
    private static int _addresses;

    public TcpGateway(TimeSpan? drain = null, TimeProvider? clock = null, ILoggerFactory? log = null, bool? onLoops = null)
    {
        Pool = new(
            Options.Create(new GatewaySettings { DrainTimeout = drain ?? TimeSpan.Zero }),
            new ToldRelays(this, onLoops ?? EventLoop.IsSupported),
            Closed,
            clock ?? TimeProvider.System,
            log ?? NullLoggerFactory.Instance);

        // As with sockets that were seen before: what a loop asks is answered there.
        Runtime.KnownPortHolder = (podId, address, port) => Runtime.PortHolder(podId, address, port);
    }

    /// <summary>Its connections that have ended.</summary>
    public ClosedConnections Closed { get; } = new();

    /// <summary>Called when a connection was accepted and its port's terms were read, before it counts as open.</summary>
    public Action? Accepted { get; set; }

    public PodId PodId { get; } = PodId.New();

    public FakeRuntime Runtime { get; } = new();

    public TcpListenerPool Pool { get; }

    /// <summary>The public address.</summary>
    public IPAddress Address { get; } = NewAddress();

    /// <summary>A loopback address that no other test uses, nor most likely another run of the tests.</summary>
    public static IPAddress NewAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return IPAddress.Parse($"127.{1 + (Environment.ProcessId % 60)}.{number / 250}.{number % 250 + 1}");
    }

    /// <summary>A port that must be open: external 20000, 20001, … to these ports on loopback.</summary>
    public WantedPort Want(int number, int? target, long epoch = 1) => new(
        new(PortProtocol.Tcp, number), new(Address, number), epoch, target is { } port ? new(IPAddress.Loopback, port) : null);

    public IReadOnlyDictionary<PortKey, string> Reconcile(params IReadOnlyList<WantedPort> wanted) => Pool.Reconcile(PodId, Runtime, wanted);

    /// <summary>The connections of port 20000 that are open now.</summary>
    public IReadOnlyList<TcpRelay> Relays() => Pool.FindConnections(PodId, new(PortProtocol.Tcp, 20000))?.Open ?? [];

    /// <summary>What is known of the connections of port 20000.</summary>
    public PortConnections Connections => Pool.FindConnections(PodId, new(PortProtocol.Tcp, 20000))!;

    /// <summary>The only connection of port 20000, as soon as it is there.</summary>
    public async Task<TcpRelay> RelayAsync()
    {
        await Eventually.TrueAsync(() => Relays().Count == 1, "there is one connection");
        return Relays()[0];
    }

    /// <summary>Waits until so many bytes of all connections were counted: they arrive a moment before that.</summary>
    public Task CountedAsync(long up, long down) => Eventually.TrueAsync(
        () => (Relays().Sum(relay => relay.Up.Bytes), Relays().Sum(relay => relay.Down.Bytes)) == (up, down), $"{up} and {down} bytes are counted");

    /// <summary>Opens port 20000 to a service, and connects a client to it.</summary>
    public async Task<Socket> ConnectToAsync(int servicePort)
    {
        Reconcile(Want(20000, servicePort));
        return await ConnectAsync(20000);
    }

    public Task<Socket> ConnectAsync(int externalPort, IPAddress? from = null) => ConnectAsync(new IPEndPoint(Address, externalPort), from);

    /// <summary>Connects to port 20000 and tells how that ends. The reset of a refused connection may come while it is still being made.</summary>
    public async Task<string> ConnectAndReadEndAsync(IPAddress? from = null)
    {
        try
        {
            using var socket = await ConnectAsync(20000, from);
            return await socket.ReadEndAsync();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    public static async Task<Socket> ConnectAsync(IPEndPoint address, IPAddress? from = null)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
            {
                socket.Bind(new IPEndPoint(from, 0));
            }

            await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>How a connection ends on which nobody speaks; a reset may come before it is known to be open.</summary>
    public static async Task<string> FindEndAsync(IPEndPoint address)
    {
        try
        {
            using var socket = await ConnectAsync(address);
            return await socket.ReadEndAsync();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    public async ValueTask DisposeAsync()
    {
        Pool.Remove(PodId);
        await Pool.StopAsync(CancellationToken.None);
        Pool.Dispose();
    }

    private sealed class ToldRelays(TcpGateway gateway, bool onLoops) : RelayFactory(onLoops)
    {
        public override TcpRelay New(AcceptedClient client, RelayRules rules, TimeProvider clock)
        {
            gateway.Accepted?.Invoke();
            return base.New(client, rules, clock);
        }
    }
}
