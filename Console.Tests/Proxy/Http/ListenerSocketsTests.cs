using System.Net;
using System.Net.Sockets;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Proxy.Http;

public sealed class ListenerSocketsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void ChooseForBoth_BeforeTheListenerBinds_NobodyElseGetsThePort(string address)
    {
        Assert.SkipUnless(ListenerSockets.HasIPv6Loopback(), "This machine has no IPv6 loopback.");
        using var sockets = new ListenerSockets();
        var endpoint = new IPEndPoint(IPAddress.Parse(address), sockets.ChooseForBoth());
        using var other = new TcpListener(endpoint);

        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(other.Start).SocketErrorCode);
        using var listener = sockets.Bind(endpoint);
        Assert.Equal(endpoint, listener.LocalEndPoint);
    }
}
