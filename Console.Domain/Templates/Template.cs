using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Templates;

/// <summary>A saved recipe for pods. A pod is a snapshot of it: later edits never change existing pods.</summary>
public sealed class Template
{
    /// <summary>10 characters of <c>[a-z0-9]</c>, or the fixed id of a seeded one.</summary>
    public string Id { get; set; } = "";

    /// <summary>The account it belongs to; null for one of the seeded catalogue.</summary>
    public string? OwnerId { get; set; }

    /// <summary>Unique per owner, 1–191 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>The program or container image.</summary>
    public string Image { get; set; } = "";

    /// <summary>Arguments, with shell-like quoting; no shell reads them.</summary>
    public string Command { get; set; } = "";

    /// <summary>Whole GB.</summary>
    public int ContainerDiskGb { get; set; }

    /// <summary>Whole GB; 0 means no volume.</summary>
    public int VolumeDiskGb { get; set; }

    /// <summary>Where the volume is mounted.</summary>
    public string VolumeMountPath { get; set; } = "";

    /// <summary>Its environment; values of secret ones are encrypted.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; set; } = [];

    /// <summary>The ports it exposes, with their labels.</summary>
    public IReadOnlyList<PortRequest> Ports { get; set; } = [];

    /// <summary>Whether everyone may deploy it.</summary>
    public bool IsPublic { get; set; }

    /// <summary>Markdown, shown without any HTML of its own.</summary>
    public string Readme { get; set; } = "";

    /// <summary>What programs said about it.</summary>
    public TemplateTraits Traits { get; set; } = new();

    /// <summary>The key of the request that made it, when a program gave one: a retry answers with this template.</summary>
    public string? IdempotencyKey { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>Concurrency token.</summary>
    public int Version { get; set; }

    /// <summary>Whether it is one of the seeded catalogue.</summary>
    public bool IsOfficial => OwnerId is null;
}
