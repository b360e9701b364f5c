using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports.Mappings;

/// <summary>What changed a pod's TCP mappings.</summary>
public enum MappingCause
{
    /// <summary>The pod was made.</summary>
    Deployed,

    /// <summary>It was started.</summary>
    Started,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>It was reset.</summary>
    Reset,

    /// <summary>Its ports were edited, or an edit reset it.</summary>
    Edited,

    /// <summary>It moved to another public address.</summary>
    Migrated,

    /// <summary>Another program took an external port.</summary>
    Taken,
}

/// <summary>One change of a pod's TCP mappings, written in the transaction that changed the leases.</summary>
public sealed class MappingChange
{
    /// <summary>Row id; rises with time.</summary>
    public long Id { get; set; }

    /// <summary>The pod.</summary>
    public PodId PodId { get; set; }

    /// <summary>When, UTC.</summary>
    public DateTime At { get; set; }

    /// <summary>What changed them.</summary>
    public MappingCause Cause { get; set; }

    /// <summary>A line for each mapping that changed: <c>22: 13007 → 14411</c>, <c>8080: 13010 released</c>.</summary>
    public string Text { get; set; } = "";

    /// <summary>The lines of <see cref="Text"/>.</summary>
    public IReadOnlyList<string> Lines => Text.Split('\n');
}

/// <summary>A change, with the name of its pod.</summary>
/// <param name="PodName">The pod's name.</param>
/// <param name="Change">The change.</param>
public sealed record MappingNews(string PodName, MappingChange Change);
