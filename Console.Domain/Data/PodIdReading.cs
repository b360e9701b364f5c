using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Data;

/// <summary>Reads the ids of all pods, so that one damaged row cannot keep the others from being served.</summary>
public static class PodIdReading
{
    /// <summary>Every valid id.</summary>
    /// <param name="db">The database.</param>
    /// <param name="onInvalid">Told of each id that is not one.</param>
    public static async Task<IReadOnlyList<PodId>> ReadPodIdsAsync(this ConsoleDbContext db, Action<string> onInvalid)
    {
        var ids = new List<PodId>();
        foreach (var text in await db.Database.SqlQuery<string>($"SELECT Id AS Value FROM Pods").ToListAsync())
        {
            if (PodId.TryParse(text, out var id))
            {
                ids.Add(id);
            }
            else
            {
                onInvalid(text);
            }
        }

        return ids;
    }
}
