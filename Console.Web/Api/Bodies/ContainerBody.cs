using System.Text.RegularExpressions;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Templates;
using PodConsole.Web.Api.Ports;

namespace PodConsole.Web.Api.Bodies;

/// <summary>What the bodies of pods and templates have in common (<c>ContainerConfig</c>, with <c>name</c> and <c>mounts</c>).</summary>
/// <param name="Edit">The values; null for what the body does not say.</param>
/// <param name="Obstacle">Why it cannot be done although it is well-formed; null for nothing.</param>
internal sealed partial record ContainerBody(PodEdit Edit, string? Obstacle)
{
    private const int MinVolumeGb = 10;

    /// <summary>Reads them.</summary>
    /// <param name="body">The body.</param>
    /// <param name="knowsNetworkVolumes">Whether the contract has network volumes here.</param>
    public static ContainerBody Read(BodyReader body, bool knowsNetworkVolumes)
    {
        var name = body.String("name", minLength: 1);
        var volume = body.Has("mounts") && body.Object("mounts") is { } mounts ? ReadMounts(mounts, knowsNetworkVolumes) : default;
        var edit = new PodEdit
        {
            Name = name,
            Image = body.String("image"),
            Command = body.String("args"),
            ContainerDiskGb = body.Integer("disk", minimum: 1),
            VolumeDiskGb = volume.Size,
            VolumeMountPath = volume.Path,
            Environment = body.Map("env") is { } variables ? [.. variables.Select(pair => new EnvironmentVariable(pair.Key, pair.Value))] : null,
            Ports = ReadPorts(body),
        };
        return new(edit, body.NullableString("registry") is { Length: > 0 } ? "There are no container registries here: leave registry out."
            : volume.HasNetwork ? "There are no network volumes here: use mounts.persistent."
            : null);
    }

    /// <summary>Reads <c>ports</c>; null when the body has none.</summary>
    public static IReadOnlyList<PortRequest>? ReadPorts(BodyReader body)
    {
        if (body.Strings("ports") is not { } texts)
        {
            return null;
        }

        var ports = texts.Select(text => (Text: text, Port: PortNotation.Parse(text))).ToList();
        foreach (var (text, _) in ports.Where(item => item.Port is null))
        {
            body.Fail("ports", $"'{BodyReader.Shorten(text)}' is not a port with its protocol, such as 8888/http or 22/tcp");
        }

        return [.. ports.Select(item => item.Port).OfType<PortRequest>()];
    }

    /// <summary>Reads a list of CUDA versions; null when the body has none.</summary>
    public static IReadOnlyList<string>? ReadCudaVersions(BodyReader body) => body.Strings("allowedCudaVersions", CudaVersion());

    /// <summary>Reads one CUDA version; null when the body has none.</summary>
    public static string? ReadCudaVersion(BodyReader body, string name) => body.String(name, pattern: CudaVersion());

    /// <summary>Where in a body the error of a field is.</summary>
    public static string PathOf(string field) => field switch
    {
        nameof(PodEdit.Name) => "$.name",
        nameof(PodEdit.Image) => "$.image",
        nameof(PodEdit.Command) => "$.args",
        nameof(PodEdit.ContainerDiskGb) => "$.disk",
        nameof(PodEdit.VolumeDiskGb) => "$.mounts.persistent.size",
        nameof(PodEdit.VolumeMountPath) => "$.mounts.persistent.path",
        nameof(PodEdit.Environment) => "$.env",
        nameof(TemplateDraft.IsPublic) => "$.public",
        _ => "$.ports",
    };

    /// <summary>The contract has neither labels of ports nor secret variables: what the console knows of them stays.</summary>
    /// <param name="edit">The change as the body says it.</param>
    /// <param name="ports">The ports as they are.</param>
    /// <param name="environment">The environment as it is.</param>
    public static PodEdit KeepUnsaid(PodEdit edit, IEnumerable<PortRequest> ports, IEnumerable<EnvironmentVariable> environment)
    {
        var labels = ports.ToDictionary(port => port.Key, port => port.Label);
        var secrets = environment.Where(variable => variable.IsSecret).Select(variable => variable.Name).ToHashSet();
        return edit with
        {
            Ports = edit.Ports is null ? null : [.. edit.Ports.Select(port => port with { Label = labels.GetValueOrDefault(port.Key, "") })],
            Environment = edit.Environment is null ? null
                : [.. edit.Environment.Select(variable => variable with { IsSecret = secrets.Contains(variable.Name) })],
        };
    }

    private static (int? Size, string? Path, bool HasNetwork) ReadMounts(BodyReader mounts, bool knowsNetworkVolumes)
    {
        var network = knowsNetworkVolumes && mounts.Has("network");
        if (network)
        {
            mounts.Discard("network");
        }

        (int? Size, string? Path) volume = default;
        if (mounts.Has("persistent") && mounts.Object("persistent") is { } persistent)
        {
            persistent.Require("size", "path");
            volume = (persistent.Integer("size", MinVolumeGb), persistent.String("path"));
            persistent.Close();
        }

        mounts.Close();
        return (volume.Size, volume.Path, network);
    }

    [GeneratedRegex(@"\A\d+\.\d+\z")]
    private static partial Regex CudaVersion();
}
