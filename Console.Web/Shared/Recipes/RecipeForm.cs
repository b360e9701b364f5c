using System.Globalization;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Templates;
using PodConsole.Web.Shared.Environment;
using PodConsole.Web.Shared.Ports;

namespace PodConsole.Web.Shared.Recipes;

/// <summary>What runs in a pod, as typed: the part that Edit Pod, template and overrides have in common.</summary>
public sealed class RecipeForm(PortsForm ports, EnvironmentForm environment)
{
    /// <summary>Program or image.</summary>
    public string Image { get; set; } = "";

    /// <summary>Arguments.</summary>
    public string Command { get; set; } = "";

    /// <summary>Whole GB, as typed.</summary>
    public string ContainerDisk { get; set; } = "5";

    /// <summary>Whole GB, as typed; empty means no volume.</summary>
    public string VolumeDisk { get; set; } = "";

    /// <summary>Where the volume is mounted.</summary>
    public string VolumeMountPath { get; set; } = "";

    /// <summary>The two port fields and the labels.</summary>
    public PortsForm Ports { get; } = ports;

    /// <summary>The variables.</summary>
    public EnvironmentForm Environment { get; } = environment;

    /// <summary>A form in which only the container disk is filled in.</summary>
    public static RecipeForm Empty(int maxTcpPorts) => new(new([], maxTcpPorts), new([]));

    /// <summary>A pod's form.</summary>
    public static RecipeForm Of(Pod pod, int maxTcpPorts) =>
        new(new([.. pod.Ports.OrderBy(port => port.Id).Select(port => port.ToRequest())], maxTcpPorts) { AreExposed = true }, new(pod.Environment))
        {
            Image = pod.Image,
            Command = pod.Command,
            ContainerDisk = Write(pod.ContainerDiskGb),
            VolumeDisk = Write(pod.VolumeDiskGb),
            VolumeMountPath = pod.VolumeMountPath,
        };

    /// <summary>A template's form.</summary>
    public static RecipeForm Of(Template template, int maxTcpPorts) => new(new(template.Ports, maxTcpPorts), new(template.Environment))
    {
        Image = template.Image,
        Command = template.Command,
        ContainerDisk = Write(template.ContainerDiskGb),
        VolumeDisk = Write(template.VolumeDiskGb),
        VolumeMountPath = template.VolumeMountPath,
    };

    /// <summary>The same values, to be changed on their own.</summary>
    public RecipeForm Copy() => new(Ports.Copy(), Environment.Copy())
    {
        Image = Image,
        Command = Command,
        ContainerDisk = ContainerDisk,
        VolumeDisk = VolumeDisk,
        VolumeMountPath = VolumeMountPath,
    };

    /// <summary>All of it as a change.</summary>
    public PodEdit ToEdit() => new()
    {
        Image = Image,
        Command = Command,
        ContainerDiskGb = Read(ContainerDisk),
        VolumeDiskGb = VolumeDisk.Length == 0 ? 0 : Read(VolumeDisk),
        VolumeMountPath = VolumeMountPath.Trim(),
        Ports = Ports.Ports,
        Environment = Environment.Variables,
    };

    /// <summary>Everything that is wrong, of the ports as they are typed.</summary>
    /// <param name="savedVolumeGb">The volume that is there now, whole GB.</param>
    public IReadOnlyList<FieldError> Check(int savedVolumeGb = 0) =>
    [
        .. PodRules.Check(ToEdit() with { Ports = null, Environment = null }, savedVolumeGb, int.MaxValue),
        .. Ports.Result.Errors,
        .. Environment.IsValid ? Array.Empty<FieldError>() : [new(nameof(PodEdit.Environment), "Some variables are wrong.")],
    ];

    // A text that is no number becomes one that no disk has: the rule for disks then says what to type.
    private static int Read(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var gigabytes) ? gigabytes : -1;

    private static string Write(int gigabytes) => gigabytes.ToString(CultureInfo.InvariantCulture);
}
