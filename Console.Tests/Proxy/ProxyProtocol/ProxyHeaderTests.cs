using System.Net;
using System.Text;
using PodConsole.Proxy.ProxyProtocol;

namespace PodConsole.Tests.Proxy.ProxyProtocol;

public sealed class ProxyHeaderTests
{
    public static TheoryData<string, string> Ends => new()
    {
        { "203.0.113.7:1000", "198.51.100.1:443" },
        { "[2001:db8::7]:65535", "[2001:db8::1]:8443" },
        { "203.0.113.7:1", "[::1]:443" },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Read_WhatWasWritten_IsTheClient(string from, string to)
    {
        var client = IPEndPoint.Parse(from);
        foreach (var header in new[] { ProxyHeader.WriteVersion1(client, IPEndPoint.Parse(to)), ProxyHeader.WriteVersion2(client, IPEndPoint.Parse(to)) })
        {
            for (var length = 0; length < header.Length; length++)
            {
                Assert.Equal(ProxyHeaderState.Incomplete, ProxyHeader.Read(header.AsSpan(0, length), out _, out _));
            }

            byte[] more = [.. header, 0x16, 3, 1];
            Assert.Equal(ProxyHeaderState.Complete, ProxyHeader.Read(more, out var read, out var end));
            Assert.Equal(header.Length, end);
            Assert.Equal(client.Address.MapToIPv6(), read!.Address.MapToIPv6());
            Assert.Equal(client.Port, read.Port);
        }
    }

    [Theory]
    [InlineData("fe80::2%2", "PROXY TCP6 fe80::1 fe80::2 1000 443\r\n")]
    [InlineData("198.51.100.1", "PROXY TCP6 fe80::1 ::ffff:198.51.100.1 1000 443\r\n")]
    public void WriteVersion1_AddressWithAZone_IsWrittenWithoutIt(string server, string expected)
    {
        var header = ProxyHeader.WriteVersion1(new(IPAddress.Parse("fe80::1%2"), 1000), new(IPAddress.Parse(server), 443));

        Assert.Equal(expected, Encoding.ASCII.GetString(header));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN ffff:: ffff:: 65535 65535\r\n")]
    public void Read_UnknownClient_KeepsTheConnectionsOwn(string header)
    {
        Assert.Equal(ProxyHeaderState.Complete, ProxyHeader.Read(Encoding.ASCII.GetBytes(header), out var client, out _));
        Assert.Null(client);
    }

    [Fact]
    public void Read_LocalOrOtherFamily_KeepsTheConnectionsOwn()
    {
        var header = ProxyHeader.WriteVersion2(new(IPAddress.Loopback, 1), new(IPAddress.Loopback, 2));
        foreach (var (command, family) in new[] { (0x20, 0x11), (0x21, 0x00), (0x21, 0x31), (0x21, 0x12) })
        {
            (header[12], header[13]) = ((byte)command, (byte)family);
            Assert.Equal(ProxyHeaderState.Complete, ProxyHeader.Read(header, out var client, out var length));
            Assert.Null(client);
            Assert.Equal(header.Length, length);
        }
    }

    [Fact]
    public void Read_AdditionsBehindTheAddresses_AreSkipped()
    {
        byte[] header = [.. ProxyHeader.WriteVersion2(new(IPAddress.Parse("203.0.113.7"), 9), new(IPAddress.Loopback, 2)), 4, 0, 1, 0];
        header[15] += 4;

        Assert.Equal(ProxyHeaderState.Complete, ProxyHeader.Read(header, out var client, out var length));
        Assert.Equal("203.0.113.7:9", $"{client}");
        Assert.Equal(header.Length, length);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1  2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n")]
    [InlineData("PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 [::1]:80 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 ::1/64 ::1 1 2\r\n")]
    [InlineData("PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0b")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff")]
    public void Read_AnythingElse_IsMalformed(string bytes) =>
        Assert.Equal(ProxyHeaderState.Malformed, ProxyHeader.Read(Encoding.Latin1.GetBytes(bytes), out _, out _));

    [Fact]
    public void Read_RandomBytes_NeverThrow()
    {
        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            Assert.True(ProxyHeader.Read(bytes, out _, out _) == ProxyHeaderState.Malformed || bytes.Length == 0);
        }
    }

    [Fact]
    public void Read_MutatedHeaders_NeverThrowAndNeverReadBeyondTheEnd()
    {
        var random = new Random(3);
        byte[][] seeds =
        [
            ProxyHeader.WriteVersion1(new(IPAddress.Loopback, 1), new(IPAddress.Loopback, 2)),
            ProxyHeader.WriteVersion2(new(IPAddress.IPv6Loopback, 1), new(IPAddress.IPv6Loopback, 2)),
        ];
        for (var round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. seeds[round % 2], .. new byte[random.Next(20)]];
            for (var change = random.Next(4); change >= 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var cut = bytes[..random.Next(bytes.Length + 1)];
            if (ProxyHeader.Read(cut, out _, out var length) == ProxyHeaderState.Complete)
            {
                Assert.InRange(length, 8, cut.Length);
            }
        }
    }
}
