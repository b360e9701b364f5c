using System.Net;
using System.Text;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp.Ssrf;

/// <summary>A TCP port is no proxy for other places: whatever its first bytes ask for, they go to the pod as they came.</summary>
public sealed class TunnelTests
{
    public static TheoryData<string> Requests =>
    [
        "CONNECT 127.0.0.1:{trap} HTTP/1.1\r\nHost: 127.0.0.1:{trap}\r\n\r\n",
        "CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n",
        "GET http://127.0.0.1:{trap}/ HTTP/1.1\r\nHost: 127.0.0.1:{trap}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 169.254.169.254\r\nX-Forwarded-Host: 127.0.0.1:{trap}\r\n\r\n",
        "PROXY TCP4 127.0.0.1 127.0.0.1 4000 {trap}\r\n",
        "PROXY TCP6 ::1 ::1 4000 {trap}\r\n",
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x01\x7f\0\0\x01\x0f\xa0{trap:b}", // PROXY protocol, version 2
        "\x04\x01{trap:b}\x7f\0\0\x01\0", // SOCKS 4
        "\x04\x01{trap:b}\0\0\0\x01\0localhost\0", // SOCKS 4a
        "\x05\x01\0\x05\x01\0\x01\x7f\0\0\x01{trap:b}", // SOCKS 5, IPv4
        "\x05\x01\0\x05\x01\0\x03\x09localhost{trap:b}", // SOCKS 5, name
        "\x05\x01\0\x05\x01\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01{trap:b}", // SOCKS 5, IPv6
        "\x16\x03\x01\0\xa5\x01\0\0\xa1\x03\x03metadata.google.internal", // TLS that names another server
        "SSH-2.0-x\r\n-W 127.0.0.1:{trap}\r\n",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Connect_BytesThatAskForAnotherPlace_ReachThePodAndNothingElse(string request)
    {
        using var trap = new TrapListener(IPAddress.IPv6Any);
        using var service = new TcpService();
        await using var gateway = new TcpGateway();
        var dials = new List<IPEndPoint>();
        gateway.Runtime.PortHolder = (_, address, port) =>
        {
            dials.Add(new(address, port));
            return new(PortHolderKind.Pod);
        };
        using var client = await gateway.ConnectToAsync(service.Port);
        var sent = request.Replace("{trap}", $"{trap.Port}", StringComparison.Ordinal)
            .Replace("{trap:b}", $"{(char)(trap.Port >> 8)}{(char)(trap.Port & 255)}", StringComparison.Ordinal);

        await client.SendAsync(Encoding.Latin1.GetBytes(sent), TestContext.Current.CancellationToken);
        using var reached = await service.AcceptNextAsync();
        var received = new byte[sent.Length];
        for (var read = 0; read < received.Length;)
        {
            read += await reached.ReceiveAsync(received.AsMemory(read), TestContext.Current.CancellationToken);
        }

        Assert.Equal(sent, Encoding.Latin1.GetString(received));
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, service.Port)], dials);
        Assert.Equal(0, await trap.CountAsync());
    }

    [Theory]
    [InlineData(PortHolderKind.Other)]
    [InlineData(PortHolderKind.Nobody)]
    public async Task Connect_PortThatThePodDoesNotHold_IsNeverDialled(PortHolderKind holder)
    {
        using var trap = new TrapListener(IPAddress.Loopback);
        await using var gateway = new TcpGateway();
        gateway.Runtime.PortHolder = (_, _, _) => new(holder);

        gateway.Reconcile(gateway.Want(20000, trap.Port));

        Assert.Equal("reset", await TcpGateway.FindEndAsync(new(gateway.Address, 20000)));
        Assert.Equal(0, await trap.CountAsync());
    }
}
