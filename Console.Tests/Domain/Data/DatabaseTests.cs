using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Data;

public sealed class DatabaseTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_HasAMigrationForEveryChange()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var db = await domain.OpenDatabaseAsync();

        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancelled));
    }

    [Fact]
    public async Task Leases_TwoRowsOfOnePort_CannotBeSaved()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var db = await domain.OpenDatabaseAsync();
        db.PortLeases.Add(new() { Address = "192.0.2.1", Port = 21000 });
        db.PortLeases.Add(new() { Address = "192.0.2.2", Port = 21000 });
        await db.SaveChangesAsync(Cancelled);

        db.PortLeases.Add(new() { Address = "192.0.2.1", Port = 21000 });

        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancelled));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    public async Task Connection_IsSafeAgainstCrashes(string pragma, string expected)
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var db = await domain.OpenDatabaseAsync();
        await db.Database.OpenConnectionAsync(Cancelled);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";

        Assert.Equal(expected, $"{await command.ExecuteScalarAsync(Cancelled)}");
    }

    [Fact]
    public async Task Prepare_FileThatVacuumIntoMade_IsUsedLikeTheOriginal()
    {
        await using var domain = await TestDomain.CreateAsync();
        var copy = Path.Combine(domain.Paths.Root, "copy.db");
        await using (var db = await domain.OpenDatabaseAsync())
        {
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}", Cancelled);
            TestDatabase.Close(db);
        }

        File.Move(copy, domain.Paths.Database, overwrite: true);
        await domain.Get<Database>().PrepareAsync(Cancelled);

        await using var restored = await domain.OpenDatabaseAsync();
        Assert.Equal("wal", await restored.Database.SqlQuery<string>($"SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync(Cancelled));
    }

    [Fact]
    public async Task Times_ComeBackAsUtc()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        Assert.Equal(DateTimeKind.Utc, (await domain.FindAsync(pod.Id))!.CreatedAt.Kind);
    }

    [Fact]
    public async Task ReadPodIds_InvalidId_IsReportedAndLeftOut()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();
        var second = await domain.DeployAsync("8888", "");
        await using var db = await domain.OpenDatabaseAsync();
        await db.Database.ExecuteSqlAsync($"PRAGMA foreign_keys = 0; UPDATE Pods SET Id = 'Not An Id' WHERE Id = {second.Id.Value}", Cancelled);
        var reported = new List<string>();

        var ids = await db.ReadPodIdsAsync(reported.Add);

        Assert.Equal([pod.Id], ids);
        Assert.Equal(["Not An Id"], reported);
    }
}
