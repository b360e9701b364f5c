using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;

namespace PodConsole.Tests.Support;

/// <summary>
/// A real database file with the catalogue, and with three accounts or none. It is migrated once for the whole run; each test
/// then gets a copy of its own.
/// </summary>
internal static class TestDatabase
{
    private static readonly Lazy<Task<byte[]>> Empty = new(() => PrepareAsync(_ => Task.CompletedTask));
    private static readonly Lazy<Task<byte[]>> Prepared = new(() => PrepareAsync(AddAccountsAsync));

    public static Actor Owner { get; } = new("owner");

    public static Actor Other { get; } = new("other");

    public static Actor Admin { get; } = new("admin", IsAdmin: true, CanPublish: true);

    /// <summary>Writes the file with the accounts where <paramref name="paths"/> says.</summary>
    public static async Task CreateAsync(DataPaths paths) =>
        await File.WriteAllBytesAsync(paths.Create().Database, await Prepared.Value);

    /// <summary>Writes the file as a console's first start makes it: without any account.</summary>
    public static async Task CreateEmptyAsync(DataPaths paths) =>
        await File.WriteAllBytesAsync(paths.Create().Database, await Empty.Value);

    /// <summary>Closes the file's pooled connections, so that nothing holds it any more.</summary>
    public static void Close(ConsoleDbContext db) => SqliteConnection.ClearPool((SqliteConnection)db.Database.GetDbConnection());

    private static async Task<byte[]> PrepareAsync(Func<ConsoleDbContext, Task> fillAsync)
    {
        using var directory = new TempDirectory();
        var services = new ServiceCollection().AddSingleton(new DataPaths(directory.Path)).AddLogging().AddDomain();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<Database>().PrepareAsync();
        await provider.GetRequiredService<Database>().SeedAsync();
        await using var db = await provider.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        await fillAsync(db);
        Close(db);
        return await File.ReadAllBytesAsync(provider.GetRequiredService<DataPaths>().Database);
    }

    private static async Task AddAccountsAsync(ConsoleDbContext db)
    {
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
    }
}
