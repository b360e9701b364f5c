using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace PodConsole.Domain.Data;

/// <summary>
/// What all contexts know of the database's tables. Building it takes a quarter of the time of a start, nearly all of it compiling, so a
/// console that starts begins with it, on another processor.
/// </summary>
public static class ConsoleModel
{
    private static readonly Lazy<IModel> Built = new(Build);

    /// <summary>The model; the first to ask builds it.</summary>
    public static IModel Value => Built.Value;

    private static IModel Build()
    {
        using var db = new ConsoleDbContext(new DbContextOptionsBuilder<ConsoleDbContext>().UseSqlite().Options);
        return db.Model;
    }
}
