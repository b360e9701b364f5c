using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>TCP ports of a console that stops.</summary>
public abstract class ShutdownTests(bool onLoops) : RelayTests(onLoops)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_WhileAnotherServiceStillDrains_TcpPortsAlreadyRefuse()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        var slow = new SlowToStop();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddHostedService(_ => gateway.Pool).AddHostedService(_ => slow);
        using var host = builder.Build();
        await host.StartAsync(Cancelled);
        gateway.Reconcile(gateway.Want(20000, service.Port));

        var stopping = host.StopAsync(Cancelled);

        await slow.Begun.Task.WaitAsync(Eventually.Deadline, Cancelled);
        await AssertRefusedAsync(gateway);
        slow.MayEnd.SetResult();
        await stopping;
    }

    [Fact]
    public async Task Reconcile_AfterTheStop_OpensNothing()
    {
        await using var gateway = NewGateway();
        using var service = new TcpService();
        gateway.Reconcile(gateway.Want(20000, service.Port));
        await gateway.Pool.StopAsync(Cancelled);

        gateway.Reconcile(gateway.Want(20000, service.Port));

        await AssertRefusedAsync(gateway);
    }

    private static async Task AssertRefusedAsync(TcpGateway gateway)
    {
        var exception = await Assert.ThrowsAsync<SocketException>(() => gateway.ConnectAsync(20000));
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }

    private sealed class SlowToStop : IHostedService
    {
        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource MayEnd { get; } = new();

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Begun.SetResult();
            return MayEnd.Task;
        }
    }
}

public sealed class ShutdownTestsOnSockets() : ShutdownTests(onLoops: false);

public sealed class ShutdownTestsOnLoops() : ShutdownTests(onLoops: true);
