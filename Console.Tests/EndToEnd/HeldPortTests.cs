using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>
/// Process pods share a machine: what answers at a pod's address need not be the pod's. Its ports lead to its own processes
/// or nowhere, over HTTP and TCP.
/// </summary>
public sealed class HeldPortTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Expose_PortsOfOthersThatAnswerAtThePodsAddress_LeadNowhere()
    {
        using var stranger = new TrapListener(IPAddress.Any);
        using var dual = new TrapListener(IPAddress.IPv6Any);
        await using var console = await ConsoleHost.StartAsync("Gateway:BindAddress=0.0.0.0");
        var podId = await DemoPods.DeployAsync(console, tcp: "");
        int[] held = [stranger.Port, dual.Port, console.Url.Port, console.Arguments.HttpPort];

        // A port is in one field only: each is tried over HTTP, then over TCP.
        foreach (var port in held)
        {
            await ExposeAsync(console, podId, $"{port}", "");
            await VerifyHttpAsync(console, podId, port);
            await ExposeAsync(console, podId, "", $"{port}");
            await VerifyTcpAsync(console, podId);
        }

        Assert.Equal(0, await stranger.CountAsync());
        Assert.Equal(0, await dual.CountAsync());
    }

    [Fact]
    public async Task Expose_AddressOfAnotherPod_LeadsNowhere()
    {
        await using var console = await ConsoleHost.StartAsync();
        var victim = await DemoPods.DeployAsync(console, http: "4000, 4001", tcp: "");
        var podId = await DemoPods.DeployAsync(console, http: "5000", tcp: "", name: "sly_salad_snake");
        await ExposeAsync(console, podId, "4000", "4001");
        await using (var db = await console.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(Cancelled))
        {
            var address = await db.Pods.Where(pod => pod.Id == victim).Select(pod => pod.RuntimeAddress).SingleAsync(Cancelled);
            await db.Pods.Where(pod => pod.Id == podId).ExecuteUpdateAsync(set => set.SetProperty(pod => pod.RuntimeAddress, address), Cancelled);
        }

        await console.Services.GetRequiredService<IPortPublisher>().PublishAsync(podId);

        await VerifyHttpAsync(console, podId, 4000);
        await VerifyTcpAsync(console, podId);
        using var client = console.NewClient();
        Assert.Contains("Pod Console demo", await client.GetStringAsync(console.UrlOf(victim.Value, 4000), Cancelled), StringComparison.Ordinal);
    }

    private static async Task VerifyHttpAsync(ConsoleHost console, PodId podId, int port)
    {
        using var client = console.NewClient();
        using var answer = await client.GetAsync(console.UrlOf(podId.Value, port), Cancelled);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.True(answer.Headers.Contains("X-Request-Id"), "The gateway itself answers.");
    }

    private static async Task VerifyTcpAsync(ConsoleHost console, PodId podId)
    {
        var report = console.Services.GetRequiredService<IPortPublisher>().Find(podId).Ports.Single(port => port.Key.Protocol == PortProtocol.Tcp);
        Assert.Equal(PortState.Failed, report.State);
        Assert.EndsWith("which is not part of this pod.", report.Reason, StringComparison.Ordinal);
        Assert.Equal("reset", await TcpGateway.FindEndAsync(PublishedPods.EndPointOf(report)));
    }

    private static async Task ExposeAsync(ConsoleHost console, PodId podId, string http, string tcp) => Assert.IsType<PodResult.Saved>(
        await console.Services.GetRequiredService<PodService>().EditAsync(
            await DemoPods.AdminAsync(console), podId, null, new() { Ports = PortList.Parse(http, tcp, 64).Ports }, Cancelled));
}
