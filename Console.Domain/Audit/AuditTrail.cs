using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Audit;

/// <summary>Records what is done, in the transaction that does it: either both are saved or neither.</summary>
public sealed class AuditTrail(TimeProvider clock)
{
    /// <summary>The longest detail that is kept.</summary>
    public const int MaxDetailLength = 500;

    /// <summary>Adds an entry to the caller's context; it is saved with the caller's change.</summary>
    /// <param name="db">The context of the change.</param>
    /// <param name="actor">Who does it; null for the console itself.</param>
    /// <param name="action">One of <see cref="AuditActions"/>.</param>
    /// <param name="subject">What it is done to.</param>
    /// <param name="detail">What changes, in words. The caller keeps secrets out of it.</param>
    public async Task RecordAsync(ConsoleDbContext db, Actor? actor, string action, AuditSubject subject, string detail = "")
    {
        var name = actor is null ? "Pod Console"
            : actor.Pod is { } pod ? $"Pod {pod}"
            : await db.Users.Where(user => user.Id == actor.UserId).Select(user => user.Email).FirstOrDefaultAsync();
        db.AuditEntries.Add(new()
        {
            At = clock.GetUtcNow().UtcDateTime,
            ActorId = actor?.Pod is null ? actor?.UserId : null,
            ActorName = name ?? "",
            Source = actor?.Source ?? "",
            Action = action,
            OwnerId = subject.OwnerId,
            SubjectId = subject.Id,
            SubjectName = subject.Name,
            Detail = detail.Length <= MaxDetailLength ? detail : $"{detail[..(MaxDetailLength - 1)]}…",
        });
    }
}
