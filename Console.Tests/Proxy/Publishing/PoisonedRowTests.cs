using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>One row that was damaged hurts nobody else: the console starts, serves the others, and says which it is.</summary>
public sealed class PoisonedRowTests
{
    private static readonly int Count = LoadSize.Of(60, 1000);

    public static TheoryData<string> Damages =>
    [
        "UPDATE PodPorts SET Options = 'not json' WHERE PodId = {0}",
        "UPDATE PodPorts SET Options = '{\"Audience\":\"Nobody\"}' WHERE PodId = {0}",
        "UPDATE PodPorts SET Options = '{\"AllowedNetworks\":\"nonsense\"}' WHERE PodId = {0}",
        "UPDATE PodPorts SET Grants = '[{}]' WHERE PodId = {0}",
        "UPDATE PodPorts SET Number = 99999 WHERE PodId = {0} AND Protocol = 'Http'",
        "UPDATE PodPorts SET Number = 99999999999 WHERE PodId = {0} AND Protocol = 'Http'",
        "UPDATE PodPorts SET Protocol = 'Udp' WHERE PodId = {0} AND Protocol = 'Http'",
        "UPDATE PortLeases SET Port = 99999 WHERE PodId = {0}",
        "UPDATE PortLeases SET Address = 'nowhere' WHERE PodId = {0}",
        "UPDATE Pods SET Status = 'Nonsense' WHERE Id = {0}",
        "UPDATE Pods SET Environment = '{' WHERE Id = {0}",
        "UPDATE Pods SET RuntimeKind = 'Nothing' WHERE Id = {0}",
        "UPDATE Pods SET CreatedAt = 'yesterday' WHERE Id = {0}",
        "UPDATE Pods SET CreatedAt = 1e20 WHERE Id = {0}",
        "PRAGMA foreign_keys = OFF; UPDATE Pods SET Id = 'nonsense' WHERE Id = {0}",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Damages))]
    [Trait("Load", "poison")]
    public async Task PublishAll_OneDamagedRow_ServesAllOthersAndReportsIt(string damage)
    {
        using var log = new FaultLog();
        await using var pods = await PublishedPods.StartAsync(services: services => services.AddLogging(logging => logging.AddProvider(log)));
        var first = await pods.Domain.DeployAsync("8888", "22");
        var bad = await pods.Domain.DeployAsync("8888", "22");
        await pods.Domain.Pods.SetPortOptionsAsync(
            TestDomain.Owner, bad.Id, null, new(PortProtocol.Http, 8888), new() { Audience = PortAudience.Owner }, Cancel);
        await pods.RestartConsoleAsync();
        var good = await CloneAsync(pods, first);
        await using (var db = await pods.Domain.OpenDatabaseAsync())
        {
            await db.Database.ExecuteSqlRawAsync(damage.Replace("{0}", $"'{bad.Id}'", StringComparison.Ordinal).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), Cancel);
        }

        await pods.PublishAllAsync();

        Assert.All(good, podId => Assert.Equal(PortState.Live, pods.Publisher.Find(podId).Ports.Single().State));
        Assert.All(good, podId => Assert.True(pods.IsRouted(podId, 8888)));
        var seen = pods.Publisher.Find(bad.Id).Ports;
        Assert.True(
            log.Any || seen.Any(port => port.State is PortState.Failed or PortState.Waiting), "Nobody was told of the damaged row.");
        Assert.False(pods.IsOpen(bad.Id), "A damaged row must not open what was closed.");
        Assert.Equal(good.Count + 1, (await pods.Domain.Queries.ListOwnAsync(TestDomain.Owner, Cancel)).Count(pod => pod.Id != bad.Id));
    }

    private static async Task<List<PodId>> CloneAsync(PublishedPods pods, Pod pod)
    {
        await using var db = await pods.Domain.OpenDatabaseAsync();
        var ids = new List<PodId>();
        for (var number = 0; number < Count - 2; number++)
        {
            var clone = new Pod { Id = PodId.New() };
            var entry = db.Add(clone);
            var id = clone.Id;
            foreach (var property in entry.Metadata.GetProperties().Where(property => !property.IsPrimaryKey()))
            {
                entry.Property(property.Name).CurrentValue = property.PropertyInfo!.GetValue(pod);
            }

            clone.KeyHash = null;
            clone.Ports.Add(new() { PodId = id, Protocol = PortProtocol.Http, Number = 8888 });
            ids.Add(id);
        }

        await db.SaveChangesAsync(Cancel);
        return ids;
    }
}
