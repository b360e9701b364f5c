using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Who is let in to a port, and what becomes of the others.</summary>
public abstract class AdmissionTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Adopt_NetworkShutOutWhileAConnectionIsAccepted_ResetsItWithoutDialling()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        Open(gateway, service, new());
        gateway.Accepted = () => Open(gateway, service, new() { DeniedNetworks = "127.0.0.0/8" });

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());

        await Eventually.TrueAsync(() => gateway.Relays().Count == 0, "it has left");
        Assert.Equal(0, service.Count);
    }

    [Fact]
    public async Task Serve_NetworkIsShutOut_AsksWhoListensForTheOthersOnly()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var (admitted, asked) = (TcpGateway.NewAddress(), 0);
        gateway.Runtime.PortHolder = (_, _, _) =>
        {
            Interlocked.Increment(ref asked);
            return new(PortHolderKind.Pod);
        };
        Open(gateway, service, new() { AllowedNetworks = $"{admitted}/32" });

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());
        Assert.Equal(0, asked);

        using var client = await gateway.ConnectAsync(20000, from: admitted);
        await client.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("nobody listens")]
    [InlineData("pod stopped")]
    [InlineData("limit")]
    public async Task Serve_NotLetIn_IsNotAmongTheClosed(string why)
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var wanted = gateway.Want(20000, why == "pod stopped" ? null : service.Port);
        gateway.Reconcile(wanted with
        {
            Options = why switch
            {
                "network" => new() { DeniedNetworks = "127.0.0.0/8" },
                "limit" => new() { MaxConnections = 0 },
                _ => new(),
            },
        });
        if (why == "nobody listens")
        {
            gateway.Runtime.PortHolder = (_, _, _) => new(PortHolderKind.Nobody);
        }

        Assert.Equal("reset", await gateway.ConnectAndReadEndAsync());

        await Eventually.TrueAsync(() => gateway.Relays().Count == 0, "it has left");
        await gateway.Pool.StopAsync(Cancelled);
        Assert.Empty(gateway.Closed.List(new HashSet<PodId> { gateway.PodId }));
    }
}

public sealed class AdmissionTestsOnSockets() : AdmissionTests(onLoops: false);

public sealed class AdmissionTestsOnLoops() : AdmissionTests(onLoops: true);
