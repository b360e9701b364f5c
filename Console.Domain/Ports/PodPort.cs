using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Domain.Ports;

/// <summary>An exposed port of a pod, as saved.</summary>
public sealed class PodPort
{
    /// <summary>Row id.</summary>
    public int Id { get; set; }

    /// <summary>The pod it belongs to.</summary>
    public PodId PodId { get; set; }

    /// <summary>HTTP or TCP.</summary>
    public PortProtocol Protocol { get; set; }

    /// <summary>The number as asked for: 1–65535, or 70000 and more for a symmetrical TCP port.</summary>
    public int Number { get; set; }

    /// <summary>What runs there, for people; may be empty.</summary>
    public string Label { get; set; } = "";

    /// <summary>What its owner set for it.</summary>
    public PortOptions Options { get; set; } = PortOptions.Default;

    /// <summary>Its links and tokens.</summary>
    public IReadOnlyList<PortGrant> Grants { get; set; } = [];

    /// <summary>The external port that it gave up last, which the pod gets again at the last resort, and never by a reset; null when there was none.</summary>
    public int? LastExternalPort { get; set; }

    /// <summary>Protocol and number.</summary>
    public PortKey Key => new(Protocol, Number);

    /// <summary>The same as a request.</summary>
    public PortRequest ToRequest() => new(Protocol, Number, Label);
}
