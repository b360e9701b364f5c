using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

public sealed class PodDeploymentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeployAsync_PortsOfBothKinds_RunsWithLeasesAndOnePublish()
    {
        await using var domain = await TestDomain.CreateAsync();

        var pod = await domain.DeployAsync("8888, 4000", "22, 70000");

        Assert.Equal(["8888/http", "4000/http", "22/tcp", "70000/tcp"], pod.Ports.Select(port => $"{port.Key}"));
        Assert.Equal([22, 70000], pod.Leases.Select(lease => lease.Number!.Value).Order());
        Assert.Equal("127.0.0.1", pod.RuntimeAddress);
    }

    [Fact]
    public async Task Deploy_ManyAtOnce_NeverShareAnExternalPort()
    {
        await using var domain = await TestDomain.CreateAsync(gateway => gateway.TcpPortRange = "20000-20099");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => domain.Pods.DeployAsync(
            TestDomain.Owner, new() { Overrides = new() { Image = "demo", Ports = PortList.Parse("", "22, 70000", 64).Ports } }, Cancelled)));

        await using var db = await domain.OpenDatabaseAsync();
        var leases = await db.PortLeases.Where(lease => lease.PodId != null).ToListAsync(Cancelled);
        Assert.Equal(40, leases.Count);
        Assert.Equal(40, leases.DistinctBy(lease => (lease.Address, lease.Port)).Count());
    }

    [Fact]
    public async Task Deploy_SameIdempotencyKeyAtOnce_MakesOnePod()
    {
        await using var domain = await TestDomain.CreateAsync();
        var request = new DeployRequest { IdempotencyKey = "once", Overrides = new() { Image = "demo" } };

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => domain.Pods.DeployAsync(TestDomain.Owner, request, Cancelled)));
        var other = Assert.IsType<PodResult.Saved>(await domain.Pods.DeployAsync(TestDomain.Other, request, Cancelled)).Pod;

        var id = Assert.Single(results.Select(result => Assert.IsType<PodResult.Saved>(result).Pod.Id).Distinct());
        Assert.NotEqual(id, other.Id);
    }

    [Fact]
    public async Task Deploy_SecondAccountOnSharedUser_IsRefusedUnlessTheSettingAllows()
    {
        await using var domain = await TestDomain.CreateAsync(services: services =>
            services.Configure<RuntimeSettings>(settings => settings.LocalProcess.AllowManyUsers = false));
        await domain.DeployAsync();

        var result = await domain.Pods.DeployAsync(TestDomain.Other, new() { Overrides = new() { Image = "demo" } }, Cancelled);

        Assert.Contains("Runtime:LocalProcess:AllowManyUsers", Assert.IsType<PodResult.Refused>(result).Message, StringComparison.Ordinal);
    }
}
