using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Ports.Leases;

/// <summary>External ports are chosen by chance: nobody can tell the next one from those that are known.</summary>
public sealed class RandomChoiceTests
{
    private const int Count = 32;

    [Fact]
    public async Task Lease_ManyNumbersFromTwoEqualPools_HaveNoOrderAndAreNotTheSame()
    {
        var (one, other) = (await LeaseAsync(), await LeaseAsync());

        // By chance, once in 32! / 2, and once in 10,000 to the power of 32.
        Assert.NotEqual(one.Order(), one);
        Assert.NotEqual(one.OrderDescending(), one);
        Assert.NotEqual(one, other);
    }

    private static async Task<List<int>> LeaseAsync()
    {
        await using var domain = await TestDomain.CreateAsync(gateway => gateway.TcpPortRange = "20000-29999");
        var pod = await domain.DeployAsync("", string.Join(',', Enumerable.Range(100, Count)));
        return [.. pod.Leases.OrderBy(lease => lease.Number).Select(lease => lease.Port)];
    }
}
