using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods.Draining;

/// <summary>A wait that was saved, and could not be published.</summary>
public sealed class UnpublishedDrainTests
{
    private static readonly PortKey Tcp = new(PortProtocol.Tcp, 22);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_PublishFails_IsWatchedAndEndsAllTheSame()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        domain.Publisher.SetConnections(pod.Id, Tcp, 1);
        domain.Publisher.OnPublish = _ => throw new IOException("The disk is full.");

        await Assert.ThrowsAsync<IOException>(() => domain.Pods.DrainAsync(TestDomain.Owner, pod.Id, DrainAction.Stop, Cancelled));

        domain.Publisher.OnPublish = null;
        await LookAsync(domain);
        Assert.NotNull((await domain.FindAsync(pod.Id))!.Drain);
        domain.Publisher.SetConnections(pod.Id, Tcp, 0);
        await LookAsync(domain);
        Assert.Equal((PodIntent.Stop, null), ((await domain.FindAsync(pod.Id))!.Intent, (await domain.FindAsync(pod.Id))!.Drain));
    }

    private static Task LookAsync(TestDomain domain) => domain.Get<DrainKeeper>().LookAsync();
}
