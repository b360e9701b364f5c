using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports.Planning;

/// <summary>What somebody thinks of exposing.</summary>
public sealed record PortPlanRequest
{
    /// <summary>The pod that would be edited; null for one that would be deployed.</summary>
    public PodId? PodId { get; init; }

    /// <summary>The cloud of a pod that would be deployed.</summary>
    public CloudType Cloud { get; init; }

    /// <summary>The whole list of exposed ports, valid.</summary>
    public required IReadOnlyList<PortRequest> Ports { get; init; }

    /// <summary>Whether the edit would also reset the pod.</summary>
    public bool ResetsPod { get; init; }

    /// <summary>Whether both ask for the same.</summary>
    public bool IsSame(PortPlanRequest? other) => other is not null
        && (PodId, Cloud, ResetsPod) == (other.PodId, other.Cloud, other.ResetsPod)
        && Ports.Select(port => port.Key).SequenceEqual(other.Ports.Select(port => port.Key));
}

/// <summary>
/// Which external ports would be given now. A proposal, not a reservation: somebody else may get a number first, and the
/// pod then gets another.
/// </summary>
public sealed record PortPlan
{
    /// <summary>The public address.</summary>
    public required string Address { get; init; }

    /// <summary>Why the ports do not fit, in sentences; null when they do.</summary>
    public string? Problem { get; init; }

    /// <summary>The TCP ports, in the order of their numbers; empty when they do not fit.</summary>
    public IReadOnlyList<PlannedPort> Ports { get; init; } = [];

    /// <summary>How many symmetrical ports were asked for.</summary>
    public required int Symmetrical { get; init; }

    /// <summary>How many other TCP ports were asked for.</summary>
    public required int Ordinary { get; init; }

    /// <summary>Whether the pod is stopped: it gets its numbers when it starts, so these only show that there are enough.</summary>
    public bool IsForStart { get; init; }

    /// <summary>The numbers, to be asked for when it is saved; null when there are none to ask for.</summary>
    public PortProposal? Proposal => Problem is not null || IsForStart ? null
        : new(Address, Ports.ToDictionary(port => port.Number, port => port.External));

    /// <summary><c>4 symmetrical + 3 ordinary TCP ports fit on 192.0.2.1.</c>, or the problem.</summary>
    public string Summary
    {
        get
        {
            string[] kinds = [.. Symmetrical > 0 ? [$"{Symmetrical} symmetrical"] : Array.Empty<string>(), .. Ordinary > 0 ? [$"{Ordinary} ordinary"] : Array.Empty<string>()];
            return Problem ?? $"{string.Join(" + ", kinds)} TCP {(Symmetrical + Ordinary == 1 ? "port fits" : "ports fit")} on {Address}.";
        }
    }
}

/// <summary>One TCP port in a plan.</summary>
/// <param name="Number">As asked for.</param>
/// <param name="External">The external port it would have.</param>
/// <param name="IsKept">Whether it has that one already.</param>
public sealed record PlannedPort(int Number, int External, bool IsKept)
{
    /// <summary>Whether the number is the same inside the pod.</summary>
    public bool IsSymmetrical => Number >= PortRequest.FirstSymmetrical;
}

/// <summary>External ports that were shown to somebody, who gets them if they are still free.</summary>
/// <param name="Address">The public address.</param>
/// <param name="Ports">The external port by the number asked for.</param>
public sealed record PortProposal(string Address, IReadOnlyDictionary<int, int> Ports);
