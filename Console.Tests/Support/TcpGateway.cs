using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Tcp;

namespace PodConsole.Tests.Support;

/// <summary>The TCP listeners of one pod on a public address that no other test uses.</summary>
internal sealed class TcpGateway : IAsyncDisposable
{
    private static int _addresses;

    public TcpGateway(TimeSpan? drain = null, TimeProvider? clock = null) => Pool = new(
        Options.Create(new GatewaySettings { DrainTimeout = drain ?? TimeSpan.Zero }), clock ?? TimeProvider.System, NullLoggerFactory.Instance);

    public PodId PodId { get; } = PodId.New();

    public FakeRuntime Runtime { get; } = new();

    public TcpListenerPool Pool { get; }

    /// <summary>The public address.</summary>
    public IPAddress Address { get; } = NewAddress();

    /// <summary>A loopback address that no other test uses.</summary>
    public static IPAddress NewAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return IPAddress.Parse($"127.120.{number / 250}.{number % 250 + 1}");
    }

    /// <summary>A port that must be open: external 20000, 20001, … to these ports on loopback.</summary>
    public WantedPort Want(int number, int? target, long epoch = 1) => new(
        new(PortProtocol.Tcp, number), new(Address, number), epoch, target is { } port ? new(IPAddress.Loopback, port) : null);

    public IReadOnlyDictionary<PortKey, string> Reconcile(params IReadOnlyList<WantedPort> wanted) => Pool.Reconcile(PodId, Runtime, wanted);

    /// <summary>Opens port 20000 to a service, and connects a client to it.</summary>
    public async Task<Socket> ConnectToAsync(int servicePort)
    {
        Reconcile(Want(20000, servicePort));
        return await ConnectAsync(20000);
    }

    public Task<Socket> ConnectAsync(int externalPort) => ConnectAsync(new IPEndPoint(Address, externalPort));

    public static async Task<Socket> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Pool.Remove(PodId);
        await Pool.StopAsync(CancellationToken.None);
    }
}
