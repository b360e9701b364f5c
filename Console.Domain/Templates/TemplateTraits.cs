using System.Text.Json.Serialization;

namespace PodConsole.Domain.Templates;

/// <summary>
/// What programs say about a template besides its recipe. It is recorded and shown again, and changes nothing: an image starts
/// what it contains, on whatever this machine has.
/// </summary>
public sealed record TemplateTraits
{
    /// <summary>The hardware it is meant for.</summary>
    public TemplateCategory Category { get; init; }

    /// <summary>Whether pods made from it are to start an SSH server.</summary>
    public bool StartSsh { get; init; }

    /// <summary>Whether pods made from it are to start Jupyter.</summary>
    public bool StartJupyter { get; init; }

    /// <summary>CUDA versions it can use, as <c>12.8</c>; empty for any.</summary>
    public IReadOnlyList<string> CudaVersions { get; init; } = [];
}

/// <summary>The hardware a template is meant for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TemplateCategory>))]
public enum TemplateCategory
{
    /// <summary>Processors alone.</summary>
    Cpu,

    /// <summary>Graphics cards of NVIDIA.</summary>
    Nvidia,

    /// <summary>Graphics cards of AMD.</summary>
    Amd,
}
