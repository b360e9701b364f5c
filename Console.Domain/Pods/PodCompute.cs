using System.Text.Json.Serialization;

namespace PodConsole.Domain.Pods;

/// <summary>
/// Hardware as a program asked for it. It is recorded and shown again, and reserves nothing: pods share the machine's processors.
/// </summary>
/// <param name="Kind">GPU or CPU.</param>
/// <param name="Id">The model's name in the caller's words ("cpu5c").</param>
/// <param name="Count">Number of GPUs, or of virtual processors.</param>
public sealed record PodCompute(ComputeKind Kind, string Id, int Count);

/// <summary>What a pod computes with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComputeKind>))]
public enum ComputeKind
{
    /// <summary>Processors.</summary>
    Cpu,

    /// <summary>Graphics cards.</summary>
    Gpu,
}
