using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>Pods of the demo template, for stories that begin after the deploy.</summary>
internal static class DemoPods
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Deploys a pod, and waits until its services answer.</summary>
    /// <param name="host">The console.</param>
    /// <param name="http">Its HTTP ports, as in the field.</param>
    /// <param name="tcp">Its TCP ports. The demo listens on all of both, as far as the machine allows it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Its owner; the administrator when the test says nothing.</param>
    public static async Task<PodId> DeployAsync(
        ConsoleHost host, string http = "4000", string tcp = "70000", string name = "calm_cake_cat", Actor? owner = null)
    {
        var actor = owner ?? await AdminAsync(host);
        var result = await host.Services.GetRequiredService<PodService>().DeployAsync(actor, new()
        {
            TemplateId = Catalogue.DemoId,
            Overrides = new()
            {
                Name = name,
                Ports = PortList.Parse(http, tcp, 64).Ports,
                Environment = [new("DEMO_HTTP_PORTS", http), new("DEMO_TCP_PORTS", string.Join(',', Real(tcp)))],
            },
        }, Cancelled);
        var podId = Assert.IsType<PodResult.Saved>(result).Pod.Id;
        await WaitAsync(host, podId);
        return podId;
    }

    private static IEnumerable<int> Real(string tcp) =>
        PortList.Parse("", tcp, 64).Ports.Where(port => !port.IsSymmetrical).Select(port => port.Number);

    /// <summary>Waits until a pod's HTTP ports and symmetrical TCP ports answer.</summary>
    public static Task WaitAsync(ConsoleHost host, PodId podId) => Eventually.TrueAsync(
        () => host.Services.GetRequiredService<IPortPublisher>().Find(podId).Ports is { IsEmpty: false } ports
            && ports.All(port => port.State == PortState.Live || port.Key is { Protocol: PortProtocol.Tcp, Number: < PortRequest.FirstSymmetrical }),
        $"the ports of pod {podId} are live");

    /// <summary>The process id that the pod's service itself tells.</summary>
    public static async Task<string> ProcessIdAsync(ConsoleHost host, PodId podId)
    {
        using var client = host.NewClient();
        return await client.GetStringAsync(host.UrlOf(podId.Value, 4000, "/pid"), Cancelled);
    }

    /// <summary>The administrator.</summary>
    public static async Task<Actor> AdminAsync(ConsoleHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(ConsoleHost.Email);
        return new(user!.Id, IsAdmin: true, CanPublish: true);
    }
}
