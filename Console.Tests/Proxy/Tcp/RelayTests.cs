using Microsoft.Extensions.Logging;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.EventLoops;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Tests that hold for connections on the runtime's sockets and on event loops.</summary>
public abstract class RelayTests
{
    private readonly bool _onLoops;

    protected RelayTests(bool onLoops)
    {
        Assert.SkipUnless(!onLoops || EventLoop.IsSupported, "The event loop is for Linux.");
        _onLoops = onLoops;
    }

    private protected TcpGateway NewGateway(TimeSpan? drain = null, TimeProvider? clock = null, ILoggerFactory? log = null) =>
        new(drain, clock, log, _onLoops);

    /// <summary>Opens the gateway's port 20000 towards the service, or changes its options.</summary>
    private protected static void Open(TcpGateway gateway, TcpService service, PortOptions options) =>
        Assert.Empty(gateway.Reconcile(gateway.Want(20000, service.Port) with { Options = options }));
}
