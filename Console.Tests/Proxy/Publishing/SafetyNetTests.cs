using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Publishing;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Publishing;

/// <summary>Rows that say something else than what is published, because nobody published them after they were saved.</summary>
public sealed class SafetyNetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE PodPorts SET Number = 9999 WHERE PodId = {0} AND Protocol = 'Http'")]
    [InlineData("UPDATE PodPorts SET Label = 'Lab' WHERE PodId = {0}")]
    [InlineData("UPDATE PodPorts SET Options = '{\"MaxBodyBytes\":5}' WHERE PodId = {0}")]
    [InlineData("DELETE FROM PodPorts WHERE PodId = {0} AND Protocol = 'Tcp'")]
    [InlineData("UPDATE PortLeases SET Port = Port + 1 WHERE PodId = {0}")]
    [InlineData("UPDATE PortLeases SET Epoch = Epoch + 1 WHERE PodId = {0}")]
    [InlineData("UPDATE PortLeases SET InsteadOf = 7 WHERE PodId = {0}")]
    [InlineData("UPDATE Pods SET RuntimeAddress = '127.0.0.9' WHERE Id = {0}")]
    [InlineData("UPDATE Pods SET Status = 'Exited' WHERE Id = {0}")]
    [InlineData("UPDATE Pods SET Intent = 'Stop' WHERE Id = {0}")]
    [InlineData("UPDATE Pods SET RuntimeKind = 'Other' WHERE Id = {0}")]
    public async Task IsPublished_AnotherStateIsSaved_IsFalse(string change)
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");
        await pods.WaitForAsync(pod.Id, 22, PortState.Live);
        Assert.True(pods.Publisher.IsPublished(await ReadAsync(pods, pod.Id)));

        await using (var db = await pods.Domain.OpenDatabaseAsync())
        {
            await db.Database.ExecuteSqlRawAsync(
                change.Replace("{0}", $"'{pod.Id}'", StringComparison.Ordinal).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), Cancel);
        }

        Assert.False(pods.Publisher.IsPublished(await ReadAsync(pods, pod.Id)));
    }

    [Fact]
    public async Task EachMinute_RowsWereChanged_PublishesThoseAlone()
    {
        await using var pods = await PublishedPods.StartAsync();
        var changed = await pods.Domain.DeployAsync("8888", "");
        var kept = await pods.Domain.DeployAsync("8888", "");
        await pods.WaitForAsync(changed.Id, 8888, PortState.Live);
        await pods.WaitForAsync(kept.Id, 8888, PortState.Live);
        var clock = new FakeTimeProvider();
        using var net = new StartupPublisher(
            pods.Domain.Get<IDbContextFactory<ConsoleDbContext>>(), pods.Publisher, clock, NullLogger<StartupPublisher>.Instance);
        await net.StartAsync(Cancel);
        var report = pods.Publisher.Find(kept.Id);

        await pods.CorruptAsync($"UPDATE PodPorts SET Number = 9999 WHERE PodId = {changed.Id.Value}");
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                return pods.IsRouted(changed.Id, 9999);
            },
            "the change is published");
        await net.StopAsync(Cancel);

        Assert.Same(report, pods.Publisher.Find(kept.Id));
    }

    private static async Task<Pod> ReadAsync(PublishedPods pods, PodId podId)
    {
        await using var db = await pods.Domain.OpenDatabaseAsync();
        return await db.Pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases).SingleAsync(pod => pod.Id == podId, Cancel);
    }
}
