using System.Net.NetworkInformation;
using System.Net.Sockets;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Connections that end badly, or at a bad moment.</summary>
public abstract class TcpRelayFaultTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dial_PodMovesWhileItsPortIsChecked_NeverDialsAnUncheckedPlace()
    {
        await using var gateway = NewGateway();
        using var before = new TcpService();
        using var after = new TcpService();
        var isMoved = false;
        gateway.Runtime.PortHolder = (_, _, port) =>
        {
            if (!isMoved)
            {
                isMoved = true;
                gateway.Reconcile(gateway.Want(20000, after.Port));
                return new(PortHolderKind.Pod);
            }

            return new(port == after.Port ? PortHolderKind.Other : PortHolderKind.Pod);
        };

        using var client = await gateway.ConnectToAsync(before.Port);

        await client.AssertAliveAsync(await before.AcceptNextAsync());
        Assert.Equal(0, after.Count);
    }

    [Fact]
    public async Task Relay_ClientHasSentAllThenResets_ServiceSeesAResetSoon()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("end", await served.ReadEndAsync());

        client.Close(0);

        // The service has read the end already, so what shows the reset is that the relay is gone.
        await Eventually.TrueAsync(() => gateway.Relays().Count == 0, "the relay is reset");
    }

    [Fact]
    public async Task Relay_ManyEndsAndResetsAtOnce_AreByteEqualAndLeaveNoSocketBehind()
    {
        const int Each = 30;
        var content = new byte[256 * 1024];
        new Random(7).NextBytes(content);
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        var served = ServeAsync(3 * Each);

        await Parallel.ForAsync(0, 3 * Each, Cancelled, async (number, _) =>
        {
            using var client = await gateway.ConnectAsync(20000);
            await client.SendAsync(new[] { (byte)(number % 3) }, Cancelled);
            if (number % 3 == 0)
            {
                await SendAllAsync(client, content);
                Assert.Equal(content, await ReadAllAsync(client));
            }
            else if (number % 3 == 1)
            {
                Assert.Equal("reset", await client.ReadEndAsync());
            }
            else
            {
                Assert.Equal("k", await client.ReadTextAsync(1));
                client.Close(0);
            }
        });
        await served;

        await Eventually.TrueAsync(() => OpenSockets(gateway, service.Port) == 0, "no socket is left");

        // The first byte says how the connection is to end: after all bytes came back, by the service, by the client.
        Task ServeAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            using var socket = await service.AcceptNextAsync();
            var kind = new byte[1];
            await socket.ReceiveAsync(kind, Cancelled);
            if (kind[0] == 0)
            {
                await SendAllAsync(socket, await ReadAllAsync(socket));
            }
            else if (kind[0] == 1)
            {
                socket.Close(0);
            }
            else
            {
                await socket.SendTextAsync("k");
                Assert.Equal("reset", await socket.ReadEndAsync());
            }
        }));
    }

    [Fact]
    public async Task Relay_ServiceSendsToASlowClient_IsHeldBackAndArrivesIntact()
    {
        const int Size = 48 * 1024 * 1024;
        var content = new byte[Size];
        new Random(11).NextBytes(content);
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        var sending = SendAllAsync(served, content);

        // Buffers of the system are a few MiB; the rest must wait in the service.
        await Eventually.TrueAsync(() => client.Available > 0, "the first bytes are there");
        Assert.False(sending.IsCompleted);
        Assert.Equal(content, await ReadAllAsync(client));
        await sending;
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> content)
    {
        while (!content.IsEmpty)
        {
            content = content[await socket.SendAsync(content, Cancelled)..];
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await socket.ReceiveAsync(buffer, Cancelled)) > 0;)
        {
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static int OpenSockets(TcpGateway gateway, int servicePort) => IPGlobalProperties.GetIPGlobalProperties()
        .GetActiveTcpConnections().Count(item => item.State != TcpState.TimeWait
            && (item.LocalEndPoint.Address.Equals(gateway.Address) || item.RemoteEndPoint.Port == servicePort));
}

public sealed class TcpRelayFaultTestsOnSockets() : TcpRelayFaultTests(onLoops: false);

public sealed class TcpRelayFaultTestsOnLoops() : TcpRelayFaultTests(onLoops: true);
