using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Tests.Isolation;

/// <summary>What the database holds about something, to see that a refused call changed nothing.</summary>
internal static class DatabaseRows
{
    /// <summary>Every row of every table that mentions a text in one of its columns.</summary>
    public static async Task<IReadOnlyList<string>> MentioningAsync(ConsoleDbContext db, string text)
    {
        var rows = new List<string>();
        foreach (var table in await db.Database.SqlQuery<string>($"SELECT name AS Value FROM sqlite_master WHERE type = 'table'").ToListAsync())
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            await db.Database.OpenConnectionAsync();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var values = Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture));
                var row = $"{table}: {string.Join('|', values)}";
                if (row.Contains(text, StringComparison.Ordinal))
                {
                    rows.Add(row);
                }
            }
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
