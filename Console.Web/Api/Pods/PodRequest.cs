using PodConsole.Domain.Pods;

namespace PodConsole.Web.Api.Pods;

/// <summary>What a program wants of a pod, read and well-formed.</summary>
internal sealed record PodRequest
{
    public string? TemplateId { get; init; }

    public CloudType Cloud { get; init; }

    public PodCompute? Compute { get; init; }

    public required PodEdit Edit { get; init; }

    /// <summary>Why it cannot be done although it is well-formed; null for nothing known yet.</summary>
    public required string? Obstacle { get; init; }
}
