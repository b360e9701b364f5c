using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;

namespace PodConsole.Tests.Support;

/// <summary>
/// A real database file with the catalogue and three accounts. It is migrated once for the whole run; each test then gets
/// a copy of its own.
/// </summary>
internal static class TestDatabase
{
    private static readonly Lazy<Task<byte[]>> Prepared = new(PrepareAsync);

    public static Actor Owner { get; } = new("owner");

    public static Actor Other { get; } = new("other");

    public static Actor Admin { get; } = new("admin", IsAdmin: true, CanPublish: true);

    /// <summary>Writes the file where <paramref name="paths"/> says.</summary>
    public static async Task CreateAsync(DataPaths paths) =>
        await File.WriteAllBytesAsync(paths.Create().Database, await Prepared.Value);

    /// <summary>Closes the file's pooled connections, so that nothing holds it any more.</summary>
    public static void Close(ConsoleDbContext db) => SqliteConnection.ClearPool((SqliteConnection)db.Database.GetDbConnection());

    private static async Task<byte[]> PrepareAsync()
    {
        using var directory = new TempDirectory();
        var services = new ServiceCollection().AddSingleton(new DataPaths(directory.Path)).AddLogging().AddDomain();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<Database>().PrepareAsync();
        await using var db = await provider.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        db.Users.AddRange(new[] { Owner, Other, Admin }.Select(actor => new User
        {
            Id = actor.UserId,
            UserName = $"{actor.UserId}@example.com",
            NormalizedUserName = $"{actor.UserId}@EXAMPLE.COM".ToUpperInvariant(),
            Email = $"{actor.UserId}@example.com",
            NormalizedEmail = $"{actor.UserId}@EXAMPLE.COM".ToUpperInvariant(),
        }));
        foreach (var actor in new[] { Owner, Other, Admin })
        {
            await Roles.SetAsync(db, actor.UserId, actor.IsAdmin ? Roles.Admin : Roles.User);
        }

        await db.SaveChangesAsync();
        Close(db);
        return await File.ReadAllBytesAsync(provider.GetRequiredService<DataPaths>().Database);
    }
}
