using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;

namespace PodConsole.Domain.Pods;

/// <summary>A change to a pod; null leaves a property as it is.</summary>
public sealed record PodEdit
{
    /// <summary>1–191 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Program or image; changing it resets the pod.</summary>
    public string? Image { get; init; }

    /// <summary>Arguments with shell-like quoting; changing them resets the pod.</summary>
    public string? Command { get; init; }

    /// <summary>Whole GB; changing it resets the pod.</summary>
    public int? ContainerDiskGb { get; init; }

    /// <summary>Whole GB, never less than before; changing it resets the pod.</summary>
    public int? VolumeDiskGb { get; init; }

    /// <summary>An absolute path; changing it resets the pod.</summary>
    public string? VolumeMountPath { get; init; }

    /// <summary>The whole list of variables; changing it resets the pod. A secret one with an empty value keeps its saved value.</summary>
    public IReadOnlyList<EnvironmentVariable>? Environment { get; init; }

    /// <summary>The whole list of exposed ports; applied live.</summary>
    public IReadOnlyList<PortRequest>? Ports { get; init; }

    /// <summary>
    /// Whether ports that go wait until their connections have ended, <see cref="PodDrain.Longest"/> at most, and take no new
    /// ones meanwhile. Not together with a change that resets the pod.
    /// </summary>
    public bool DrainsRemoved { get; init; }

    /// <summary>External ports that a plan showed for these ports; they are given if they are still free.</summary>
    public PortProposal? Proposal { get; init; }

    /// <summary>Locks or unlocks; applied live.</summary>
    public bool? Locked { get; init; }
}

/// <summary>A pod to be made.</summary>
public sealed record DeployRequest
{
    /// <summary>The template whose values hold where <see cref="Overrides"/> says nothing; null for none.</summary>
    public string? TemplateId { get; init; }

    /// <summary>Secure or Community.</summary>
    public CloudType Cloud { get; init; }

    /// <summary>The pod's own values. Its name may be null: then one is proposed.</summary>
    public PodEdit Overrides { get; init; } = new();

    /// <summary>Whether the overrides' environment is added to the template's, name by name, instead of replacing it.</summary>
    public bool MergeEnvironment { get; init; }

    /// <summary>The hardware asked for, recorded with the pod; null for none in particular.</summary>
    public PodCompute? Compute { get; init; }

    /// <summary>A repeated request with the same key answers with the pod that the first one made.</summary>
    public string? IdempotencyKey { get; init; }
}
