using System.Net.Sockets;
using System.Security.Cryptography;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>What passes through a connection: bytes, ends and resets, each way.</summary>
public abstract class TcpRelayTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relay_BothWays_PassesBytesOn()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);

        await client.AssertAliveAsync(await service.AcceptNextAsync());
    }

    [Fact]
    public async Task Relay_ClientHasSentAll_ServiceSeesTheEndAndStillAnswers()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();

        await client.SendTextAsync("question");
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("question", await served.ReadTextAsync(100));
        await served.SendTextAsync("answer");
        served.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", await client.ReadTextAsync(100));
    }

    [Fact]
    public async Task Relay_ServiceHasSentAll_ClientSeesTheEndAndStillSends()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();

        await served.SendTextAsync("greeting");
        served.Shutdown(SocketShutdown.Send);

        Assert.Equal("greeting", await client.ReadTextAsync(100));
        await client.SendTextAsync("later");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("later", await served.ReadTextAsync(100));
    }

    [Fact]
    public async Task Relay_ClientResets_ServiceSeesAReset()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        client.Close(0);

        Assert.Equal("reset", await served.ReadEndAsync());
    }

    [Fact]
    public async Task Relay_ServiceResets_ClientSeesAReset()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        await client.AssertAliveAsync(served);

        served.Close(0);

        Assert.Equal("reset", await client.ReadEndAsync());
    }

    [Fact]
    public async Task Relay_LargeTransferToASlowReader_ArrivesIntactAndHoldsTheSenderBack()
    {
        const int Size = 64 * 1024 * 1024;
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        var served = await service.AcceptNextAsync();
        var (sent, received) = (0L, IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        var sending = SendAsync();

        // Nobody reads: the sender stops when the sockets' buffers are full, long before the end.
        var before = -1L;
        await Eventually.TrueAsync(
            async () =>
            {
                (var last, before) = (before, Interlocked.Read(ref sent));
                await Task.Delay(100, Cancelled);
                return last == before && before > 0;
            },
            "the sender is held back");
        Assert.InRange(before, 1, Size - 1);

        var buffer = new byte[256 * 1024];
        for (int read; (read = await served.ReceiveAsync(buffer, Cancelled)) > 0;)
        {
            received.AppendData(buffer, 0, read);
        }

        Assert.Equal(await sending, received.GetHashAndReset());

        async Task<byte[]> SendAsync()
        {
            var random = new Random(7);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var chunk = new byte[1024 * 1024];
            while (sent < Size)
            {
                random.NextBytes(chunk);
                hash.AppendData(chunk);
                for (var offset = 0; offset < chunk.Length;)
                {
                    var passed = await client.SendAsync(chunk.AsMemory(offset), Cancelled);
                    offset += passed;
                    Interlocked.Add(ref sent, passed);
                }
            }

            client.Shutdown(SocketShutdown.Send);
            return hash.GetHashAndReset();
        }
    }

    [Fact]
    public async Task Relay_ManyAtOnce_KeepsThemApart()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        var echo = Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            var served = await service.AcceptNextAsync();
            await served.SendTextAsync(await served.ReadTextAsync(5));
        }));

        await Parallel.ForEachAsync(Enumerable.Range(10000, 100), Cancelled, async (number, _) =>
        {
            using var client = await gateway.ConnectAsync(20000);
            await client.SendTextAsync($"{number}");
            Assert.Equal($"{number}", await client.ReadTextAsync(5));
        });
        await echo;
    }

    [Theory]
    [InlineData(PortHolderKind.Nobody)]
    [InlineData(PortHolderKind.Other)]
    public async Task Dial_PortIsNotThePods_ResetsWithoutDialling(PortHolderKind holder)
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Runtime.PortHolder = (_, _, _) => new(holder, "python3, process 7");

        Assert.Equal("reset", await ConnectAndReadAsync(gateway, service.Port));

        Assert.Equal(0, service.Count);
    }

    [Fact]
    public async Task Dial_NothingListens_Resets()
    {
        await using var gateway = NewGateway();
        int port;
        using (var gone = new TcpService())
        {
            port = gone.Port;
        }

        Assert.Equal("reset", await ConnectAndReadAsync(gateway, port));
    }

    [Fact]
    public async Task Dial_PodIsNotReachable_Resets()
    {
        await using var gateway = NewGateway();

        Assert.Equal("reset", await ConnectAndReadAsync(gateway, null));
    }

    private static Task<string> ConnectAndReadAsync(TcpGateway gateway, int? target)
    {
        gateway.Reconcile(gateway.Want(20000, target));
        return gateway.ConnectAndReadEndAsync();
    }
}

public sealed class TcpRelayTestsOnSockets() : TcpRelayTests(onLoops: false);

public sealed class TcpRelayTestsOnLoops() : TcpRelayTests(onLoops: true);
