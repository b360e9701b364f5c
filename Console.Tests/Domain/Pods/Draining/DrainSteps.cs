using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods.Draining;

/// <summary>What the tests of drains do with a domain.</summary>
internal static class DrainSteps
{
    /// <summary>A TCP port of the pods.</summary>
    public static PortKey Tcp { get; } = new(PortProtocol.Tcp, 22);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A domain that lives by this clock.</summary>
    public static Task<TestDomain> NewDomainAsync(TimeProvider clock) => TestDomain.CreateAsync(services: services => services.AddSingleton(clock));

    /// <summary>Looks once whether pods have waited enough.</summary>
    public static Task LookAsync(this TestDomain domain) => domain.Get<DrainKeeper>().LookAsync();

    /// <summary>A pod that waits for two connections to <see cref="Tcp"/>.</summary>
    public static async Task<Pod> DeployDrainingAsync(this TestDomain domain, DrainAction action)
    {
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 2);
        return Assert.IsType<PodResult.Saved>(await domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, action, Cancelled)).Pod;
    }

    /// <summary>What was done after the deployment, in order.</summary>
    public static async Task<List<AuditEntry>> ListAuditAsync(this TestDomain domain)
    {
        await using var db = await domain.OpenDatabaseAsync();
        return [.. db.AuditEntries.Where(entry => entry.Action != AuditActions.PodDeploy).OrderBy(entry => entry.Id)];
    }
}
