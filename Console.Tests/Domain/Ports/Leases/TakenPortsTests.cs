using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace PodConsole.Tests.Domain.Ports.Leases;

public sealed class TakenPortsTests
{
    private readonly IPAddress _address = TcpGateway.NewAddress();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void IsTaken_SomebodyListens_IsSetAsideForAWhile()
    {
        var taken = New();
        using (Listen(_address))
        {
            Assert.True(taken.IsTaken($"{_address}", 21000));
        }

        Assert.True(taken.IsTaken($"{_address}", 21000));
        Assert.Single(taken.List($"{_address}"));
        _clock.Advance(TakenPorts.SetAside);
        Assert.False(taken.IsTaken($"{_address}", 21000));
        Assert.Empty(taken.List($"{_address}"));
    }

    [Fact]
    public void IsTaken_SomebodyListensOnAnotherAddress_IsNot()
    {
        var taken = New();
        using var other = Listen(TcpGateway.NewAddress());

        Assert.False(taken.IsTaken($"{_address}", 21000));
    }

    [Fact]
    public void IsTaken_AddressOfAnotherMachine_IsNot() => Assert.False(New("192.0.2.1").IsTaken("192.0.2.1", 21000));

    private TakenPorts New(string? address = null)
    {
        var gateway = new GatewaySettings();
        gateway.PublicAddresses.Add(new() { Address = address ?? $"{_address}" });
        return new(MsOptions.Create(gateway), _clock);
    }

    private static Socket Listen(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 21000));
        socket.Listen();
        return socket;
    }
}
