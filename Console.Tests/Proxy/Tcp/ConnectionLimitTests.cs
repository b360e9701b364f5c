using System.Net.Sockets;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>How many connections a port and each of its clients may have.</summary>
public abstract class ConnectionLimitTests(bool onLoops) : RelayTests(onLoops)
{
    [Fact]
    public async Task Serve_AsManyAsThePortMayHave_ResetsTheNextOneAndCountsIt()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new() { MaxConnections = 2 });
        using var first = await gateway.ConnectAsync(20000);
        using var servedFirst = await service.AcceptNextAsync();
        using var second = await gateway.ConnectAsync(20000);
        await second.AssertAliveAsync(await service.AcceptNextAsync());

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        Assert.Equal((2, 1), (service.Count, (int)gateway.Connections.Refused));

        first.Close(0);
        await Eventually.TrueAsync(() => gateway.Relays().Count == 1, "one has ended");
        using var third = await gateway.ConnectAsync(20000);
        await third.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal(1, gateway.Connections.Refused);
    }

    [Fact]
    public async Task Serve_ManyAtOnce_NeverExceedsTheLimit()
    {
        const int Limit = 7;
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new() { MaxConnections = Limit });

        var ends = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            try
            {
                using var client = await gateway.ConnectAsync(20000);
                await client.SendTextAsync("x");
                return await client.ReadEndAsync();
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                return "reset";
            }
        }).Append(EndAllAsync()));

        Assert.Equal((Limit, 40 - Limit), (ends.Count(end => end == "end"), ends.Count(end => end == "reset")));
        Assert.Equal((Limit, 40 - Limit), (service.Count, (int)gateway.Connections.Refused));

        // None of those that were let in ends before all have come.
        async Task<string> EndAllAsync()
        {
            var open = new List<Socket>();
            while (open.Count < Limit)
            {
                open.Add(await service.AcceptNextAsync());
            }

            await Eventually.TrueAsync(() => gateway.Connections.Refused == 40 - Limit, "the others were refused");
            foreach (var socket in open)
            {
                Assert.Equal("x", await socket.ReadTextAsync(1));
                socket.Shutdown(SocketShutdown.Send);
            }

            return "";
        }
    }

    [Fact]
    public async Task Serve_OneClientHasItsFill_OthersComeIn()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new() { MaxConnectionsPerClient = 1 });
        var other = TcpGateway.NewAddress();
        using var first = await gateway.ConnectAsync(20000);
        await first.AssertAliveAsync(await service.AcceptNextAsync());

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        using var second = await gateway.ConnectAsync(20000, from: other);
        await second.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync(from: other));
    }

    [Fact]
    public async Task Adopt_LowerLimit_EndsNothingThatRuns()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new());
        using var first = await gateway.ConnectAsync(20000);
        var servedFirst = await service.AcceptNextAsync();
        using var second = await gateway.ConnectAsync(20000);
        var servedSecond = await service.AcceptNextAsync();

        Open(gateway, service, new() { MaxConnections = 1 });

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        await first.AssertAliveAsync(servedFirst);
        await second.AssertAliveAsync(servedSecond);
    }
}

public sealed class ConnectionLimitTestsOnSockets() : ConnectionLimitTests(onLoops: false);

public sealed class ConnectionLimitTestsOnLoops() : ConnectionLimitTests(onLoops: true);
