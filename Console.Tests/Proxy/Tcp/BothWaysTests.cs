using System.Net.Sockets;
using System.Text;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Connections on which both sides speak at once.</summary>
public abstract class BothWaysTests(bool onLoops) : RelayTests(onLoops)
{
    private const int Step = 1 << 20;
    private const int Steps = 64;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relay_UploadsWithoutAPause_AnswersComeMeanwhile()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));

        var early = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var client = await gateway.ConnectAsync(20000);
            using var served = await service.AcceptNextAsync();
            return await Task.Run(() => CountEarlyAnswersAsync(client, served), Cancelled);
        }));

        // Others are still under way when the client has handed over everything.
        Assert.All(early, count => Assert.InRange(count, Steps / 8, Steps));
    }

    [Theory]
    [InlineData(SocketFlags.None)]
    [InlineData(SocketFlags.OutOfBand)]
    public async Task Relay_UrgentByteAmongOthers_WhatFollowsArrives(SocketFlags flags)
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var sent = new ManualResetEventSlim();
        gateway.Accepted = () => sent.Wait(Eventually.Deadline);
        using var client = await gateway.ConnectToAsync(service.Port);

        // All of it is there before the first byte is read.
        await client.SendTextAsync("before");
        await client.SendAsync("!"u8.ToArray(), flags);
        await client.SendTextAsync("after");
        sent.Set();
        using var served = await service.AcceptNextAsync();

        // The byte itself may be left out: it is for those who ask for it.
        var text = new StringBuilder();
        while (!text.ToString().EndsWith("after", StringComparison.Ordinal))
        {
            text.Append(await served.ReadTextAsync(1));
        }

        Assert.StartsWith("before", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relay_UrgentByteAndTheEndBehindALongStream_ArrivesWhole()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        using var client = await gateway.ConnectToAsync(service.Port);
        using var served = await service.AcceptNextAsync();
        var relay = await gateway.RelayAsync();
        var (sent, chunk, sending) = (0L, new byte[64 << 10], Task.CompletedTask);
        while (!relay.Up.IsHeldBack)
        {
            sending = client.SendAsync(chunk, Cancelled).AsTask();
            sent += chunk.Length;
            await Eventually.TrueAsync(() => relay.Up.IsHeldBack || relay.Up.Bytes == sent, "it is passed on, or held back");
        }

        // Nobody reads on the way, so the end is there before those in front of it have room.
        var ending = EndAsync();
        using var received = new MemoryStream();
        await using var stream = new NetworkStream(served);
        await stream.CopyToAsync(received, Cancelled).WaitAsync(Eventually.Deadline, Cancelled);
        await ending;

        Assert.InRange(received.Length, sent + 5, sent + 6);
        Assert.EndsWith("after", Encoding.ASCII.GetString(received.ToArray()[^6..]), StringComparison.Ordinal);

        async Task EndAsync()
        {
            await sending;
            await client.SendAsync("!"u8.ToArray(), SocketFlags.OutOfBand);
            await client.SendTextAsync("after");
            client.Shutdown(SocketShutdown.Send);
        }
    }

    // How many of the pod's answers, one after each step of the upload, have come when the client has sent all.
    private static async Task<int> CountEarlyAnswersAsync(Socket client, Socket served)
    {
        var (answers, early) = (0, -1);
        var uploading = Task.Run(
            async () =>
            {
                var chunk = new byte[Step];
                for (var step = 0; step < Steps; step++)
                {
                    await client.SendAsync(chunk, Cancelled);
                }

                early = Volatile.Read(ref answers);
            },
            Cancelled);
        var answering = Task.Run(
            async () =>
            {
                var buffer = new byte[Step];
                for (var (read, step) = (0, 0); step < Steps;)
                {
                    read += await served.ReceiveAsync(buffer, Cancelled);
                    for (; read >= Step; read -= Step, step++)
                    {
                        await served.SendAsync(new byte[1], Cancelled);
                    }
                }
            },
            Cancelled);
        while (answers < Steps)
        {
            Volatile.Write(ref answers, answers + await client.ReceiveAsync(new byte[Steps], Cancelled));
        }

        await uploading;
        await answering;
        return early;
    }
}

public sealed class BothWaysTestsOnSockets() : BothWaysTests(onLoops: false);

public sealed class BothWaysTestsOnLoops() : BothWaysTests(onLoops: true);
