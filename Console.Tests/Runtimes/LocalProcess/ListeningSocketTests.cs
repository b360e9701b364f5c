using System.Net;
using System.Net.Sockets;
using PodConsole.Runtimes.LocalProcess.Sockets;

namespace PodConsole.Tests.Runtimes.LocalProcess;

public sealed class ListeningSocketTests
{
    private static readonly IPAddress Pod = IPAddress.Parse("127.64.3.4");

    private static readonly ListeningSocket Own = Socket(1, Pod);
    private static readonly ListeningSocket Elsewhere = Socket(2, IPAddress.Parse("127.64.3.5"));
    private static readonly ListeningSocket Everywhere = Socket(3, IPAddress.Any);
    private static readonly ListeningSocket EverywhereShared = Socket(4, IPAddress.Any);
    private static readonly ListeningSocket DualStack = Socket(5, IPAddress.IPv6Any) with { IsDual = true };
    private static readonly ListeningSocket OnlyIPv6 = Socket(6, IPAddress.IPv6Any);

    [Fact]
    public void Answering_SeveralListen_AreChosenAsTheKernelDoes()
    {
        Assert.Equal([Own], Answering(Everywhere, Own, DualStack, Elsewhere));
        Assert.Equal([Everywhere], Answering(Elsewhere, DualStack, Everywhere, OnlyIPv6));
        Assert.Equal([DualStack], Answering(DualStack, OnlyIPv6));
        Assert.Equal([Everywhere, EverywhereShared], Answering(Everywhere, EverywhereShared));
        Assert.Empty(Answering(Elsewhere, OnlyIPv6));
    }

    [Theory]
    [InlineData("127.64.200.1", "127.64.200.1", false)]
    [InlineData("0.0.0.0", "0.0.0.0", false)]
    [InlineData("::", "::", true)]
    [InlineData("::ffff:127.64.200.2", "127.64.200.2", true)]
    public void Find_RealSocket_IsFoundInBothSources(string bind, string seen, bool dual)
    {
        var address = IPAddress.Parse(bind);
        using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (dual)
        {
            listener.DualMode = true;
        }

        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        foreach (var found in new[] { SocketDiagnostics.TryFind(port), SocketTable.Find(port) })
        {
            var socket = Assert.Single(found!);
            Assert.Equal((seen, dual), (socket.Address.ToString(), socket.IsDual));
        }

        Assert.Equal(SocketTable.Find(port)[0].Inode, SocketDiagnostics.TryFind(port)![0].Inode);
    }

    [Fact]
    public void Find_SocketForIPv6Only_DoesNotTakeIPv4()
    {
        using var listener = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = false };
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();

        Assert.False(Assert.Single(SocketDiagnostics.TryFind(((IPEndPoint)listener.LocalEndPoint!).Port)!).IsDual);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-2, false)] // ENOENT: the kernel has no tcp_diag.
    public void TryTake_EndOfAnAnswer_TellsWhetherItIsAll(int error, bool isAll)
    {
        var part = new byte[20]; // struct nlmsghdr, then an int
        part[0] = (byte)part.Length;
        part[4] = 3; // NLMSG_DONE
        BitConverter.TryWriteBytes(part.AsSpan(16), error);

        Assert.Equal(isAll, SocketDiagnostics.TryTake(part, []));
    }

    private static List<ListeningSocket> Answering(params ListeningSocket[] listeners) => ListeningSocket.Answering(listeners, Pod);

    private static ListeningSocket Socket(uint id, IPAddress address) => new(id, id, Port: 4000, address, IsDual: false, Interface: 0);
}
