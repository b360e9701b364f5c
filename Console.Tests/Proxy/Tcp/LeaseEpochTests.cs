using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>An external port that changes hands: who connects reaches its present owner, or nobody.</summary>
public sealed class LeaseEpochTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reconcile_NewEpochWhileTheOldOneDrains_KeepsTheirConnectionsApart()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = new TcpGateway(TimeSpan.FromSeconds(30), clock);
        using var before = new TcpService();
        using var after = new TcpService();
        using var old = await gateway.ConnectToAsync(before.Port);
        var served = await before.AcceptNextAsync();

        Assert.Empty(gateway.Reconcile(gateway.Want(20000, after.Port, epoch: 2)));

        using var client = await gateway.ConnectAsync(20000);
        var servedAfter = await after.AcceptNextAsync();
        await client.AssertAliveAsync(servedAfter);
        await old.AssertAliveAsync(served);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("reset", await old.ReadEndAsync());
        await client.AssertAliveAsync(servedAfter);
        Assert.Equal((1, 1), (before.Count, after.Count));
    }

    [Fact]
    public async Task Reconcile_PortPassesFromPodToPodUnderReconnectingClients_NobodyReachesAnEarlierOwner()
    {
        const int Owners = 30;
        await using var gateway = new TcpGateway();
        using var clientsEnd = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var greetersEnd = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var listeners = Enumerable.Range(0, Owners + 1).Select(_ => Listen()).ToList();
        var greeters = listeners.Select((listener, number) => GreetAsync(listener, number, greetersEnd.Token)).ToList();
        var present = 0;
        var owner = PodId.New();
        Own(0);
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(ReconnectAsync, Cancelled)).ToList();

        for (var number = 1; number <= Owners; number++)
        {
            gateway.Pool.Remove(owner);
            owner = PodId.New();
            Own(number);
            Volatile.Write(ref present, number);
            Assert.Equal(number, await AskAsync(gateway));
        }

        await clientsEnd.CancelAsync();
        await Task.WhenAll(clients);
        gateway.Pool.Remove(owner);
        await greetersEnd.CancelAsync();
        await Task.WhenAll(greeters);
        listeners.ForEach(listener => listener.Dispose());

        void Own(int number) => Assert.Empty(gateway.Pool.Reconcile(
            owner, gateway.Runtime, [gateway.Want(20000, ((IPEndPoint)listeners[number].LocalEndPoint!).Port, epoch: number + 1)]));

        async Task ReconnectAsync()
        {
            while (!clientsEnd.IsCancellationRequested)
            {
                var earliest = Volatile.Read(ref present);
                if (await AskAsync(gateway) is { } reached)
                {
                    // The next owner may have its port a moment before the test has noted it.
                    Assert.InRange(reached, earliest, Volatile.Read(ref present) + 1);
                }
            }
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    // Tells each connection the owner's number.
    private static async Task GreetAsync(Socket listener, int number, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var socket = await listener.AcceptAsync(end);
                await socket.SendAsync(Encoding.ASCII.GetBytes($"{number:00}"), CancellationToken.None);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The port changed hands under this connection, or the test is over.
                continue;
            }
        }
    }

    // The number of the owner that was reached; null when the port was between two owners.
    private static async Task<int?> AskAsync(TcpGateway gateway)
    {
        try
        {
            using var client = await gateway.ConnectAsync(20000);
            return int.TryParse(await client.ReadTextAsync(2), out var number) ? number : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
