using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>
/// The right to one external port on one public address. The row is the lease: a unique index on address and port makes
/// a double lease impossible. A released row stays, without a pod, as the port's quarantine.
/// </summary>
public sealed class PortLease
{
    /// <summary>Row id.</summary>
    public int Id { get; set; }

    /// <summary>The public address, as configured.</summary>
    public string Address { get; set; } = "";

    /// <summary>The external port.</summary>
    public int Port { get; set; }

    /// <summary>The pod that holds it; null while it is in quarantine.</summary>
    public PodId? PodId { get; set; }

    /// <summary>The number the pod's owner asked for (22, 70000); null while in quarantine.</summary>
    public int? Number { get; set; }

    /// <summary>Who holds it, or held it last.</summary>
    public string OwnerId { get; set; } = "";

    /// <summary>Rises by one each time the port is leased anew; an accepted connection checks it before it dials.</summary>
    public long Epoch { get; set; }

    /// <summary>The external port that it replaced because another program had taken that; null as a rule.</summary>
    public int? InsteadOf { get; set; }

    /// <summary>When it was released, UTC; null while it is held.</summary>
    public DateTime? ReleasedAt { get; set; }
}
