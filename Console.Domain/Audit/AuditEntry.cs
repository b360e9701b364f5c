namespace PodConsole.Domain.Audit;

/// <summary>One thing that somebody did. It never holds a secret.</summary>
public sealed class AuditEntry
{
    /// <summary>Row id; later entries have higher ones.</summary>
    public long Id { get; set; }

    /// <summary>When, UTC.</summary>
    public DateTime At { get; set; }

    /// <summary>The account that did it; null for the console itself, and for a pod with its own key.</summary>
    public string? ActorId { get; set; }

    /// <summary>That account's e-mail address at the time, or the pod.</summary>
    public string ActorName { get; set; } = "";

    /// <summary>The network address it was done from, with the name of the key if it was one's; empty when none is known.</summary>
    public string Source { get; set; } = "";

    /// <summary>What was done, one of <see cref="AuditActions"/>.</summary>
    public string Action { get; set; } = "";

    /// <summary>The account whose thing it was done to; null when it is nobody's.</summary>
    public string? OwnerId { get; set; }

    /// <summary>The id of what it was done to.</summary>
    public string SubjectId { get; set; } = "";

    /// <summary>The name of what it was done to, at the time.</summary>
    public string SubjectName { get; set; } = "";

    /// <summary>What changed, in words; may be empty.</summary>
    public string Detail { get; set; } = "";
}

/// <summary>What an entry is about.</summary>
/// <param name="OwnerId">The account it belongs to; null when it is nobody's.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record AuditSubject(string? OwnerId, string Id, string Name);
