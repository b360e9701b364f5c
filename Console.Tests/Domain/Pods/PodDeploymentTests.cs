using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

public sealed class PodDeploymentTests
{
    [Fact]
    public async Task DeployAsync_PortsOfBothKinds_RunsWithLeasesAndOnePublish()
    {
        await using var domain = await TestDomain.CreateAsync();

        var pod = await domain.DeployAsync("8888, 4000", "22, 70000");

        Assert.Equal(["8888/http", "4000/http", "22/tcp", "70000/tcp"], pod.Ports.Select(port => $"{port.Key}"));
        Assert.Equal([22, 70000], pod.Leases.Select(lease => lease.Number!.Value).Order());
        Assert.Equal("127.0.0.1", pod.RuntimeAddress);
    }
}
