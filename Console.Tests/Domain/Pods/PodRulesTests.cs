using PodConsole.Domain.Pods;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>Every other field rule, with its message.</summary>
public sealed class PodRulesTests
{
    [Theory]
    [InlineData("", "Give the pod a name.")]
    [InlineData("   ", "Give the pod a name.")]
    [InlineData("two\nlines", "A name is one line of visible characters.")]
    [InlineData("ok", null)]
    [InlineData("päd 🐟", null)]
    public void Check_Name(string name, string? message) => AssertOnly(new() { Name = name }, nameof(PodEdit.Name), message);

    [Fact]
    public void Check_NameLength_Is191AtMost()
    {
        AssertOnly(new() { Name = new('x', 191) }, nameof(PodEdit.Name), null);
        AssertOnly(new() { Name = new('x', 192) }, nameof(PodEdit.Name), "A name has at most 191 characters; this one has 192.");
    }

    [Theory]
    [InlineData("", "Name the program or image to run, for example demo.")]
    [InlineData("a\0b", "This is not the name of a program or image.")]
    [InlineData("/usr/bin/python3", null)]
    [InlineData("registry.example.org/team/image:1.0", null)]
    public void Check_Image(string image, string? message) => AssertOnly(new() { Image = image }, nameof(PodEdit.Image), message);

    [Theory]
    [InlineData("-c 'print(1)'", null)]
    [InlineData("'open", "A single quote is opened and never closed.")]
    [InlineData("\"open", "A double quote is opened and never closed.")]
    [InlineData("end\\", "The command ends with a backslash that escapes nothing.")]
    [InlineData("a\0b", "A command cannot contain a NUL character.")]
    public void Check_Command(string command, string? message) => AssertOnly(new() { Command = command }, nameof(PodEdit.Command), message);

    [Theory]
    [InlineData(0, "Give whole GB, 1 to 100,000.")]
    [InlineData(100_001, "Give whole GB, 1 to 100,000.")]
    [InlineData(1, null)]
    public void Check_ContainerDisk(int gigabytes, string? message) =>
        AssertOnly(new() { ContainerDiskGb = gigabytes }, nameof(PodEdit.ContainerDiskGb), message);

    [Theory]
    [InlineData(-1, 0, "Give whole GB, 0 to 100,000.")]
    [InlineData(19, 20, "A volume can grow but never shrink: it has 20 GB now.")]
    [InlineData(0, 20, "A volume can grow but never shrink: it has 20 GB now.")]
    [InlineData(20, 20, null)]
    [InlineData(0, 0, null)]
    public void Check_VolumeDisk(int gigabytes, int saved, string? message) =>
        AssertOnly(new() { VolumeDiskGb = gigabytes }, nameof(PodEdit.VolumeDiskGb), message, saved);

    [Theory]
    [InlineData("", null)]
    [InlineData("/workspace", null)]
    [InlineData("workspace", "Give an absolute path such as /workspace.")]
    [InlineData("/a/../b", "Give an absolute path such as /workspace.")]
    [InlineData("/a\n", "Give an absolute path such as /workspace.")]
    public void Check_MountPath(string path, string? message) =>
        AssertOnly(new() { VolumeMountPath = path }, nameof(PodEdit.VolumeMountPath), message);

    [Theory]
    [InlineData("", "A variable has no name.")]
    [InlineData("1A", "'1A' is not a variable name: letters, digits and _, not starting with a digit.")]
    [InlineData("A-B", "'A-B' is not a variable name: letters, digits and _, not starting with a digit.")]
    [InlineData("A\n", "'A\n' is not a variable name: letters, digits and _, not starting with a digit.")]
    [InlineData("RUNPOD_POD_ID", "RUNPOD_POD_ID is reserved: names that start with RUNPOD_ are set by the console.")]
    [InlineData("runpod_x", "runpod_x is reserved: names that start with RUNPOD_ are set by the console.")]
    [InlineData("_A1", null)]
    public void Check_VariableName(string name, string? message) =>
        AssertOnly(new() { Environment = [new(name, "1")] }, nameof(PodEdit.Environment), message);

    [Fact]
    public void Check_Variables_TwiceTooManyTooLong()
    {
        AssertOnly(new() { Environment = [new("A", "1"), new("A", "2")] }, nameof(PodEdit.Environment), "A is set twice.");
        AssertOnly(Many(50), nameof(PodEdit.Environment), null);
        AssertOnly(Many(51), nameof(PodEdit.Environment), "51 variables are too many: at most 50.");
        AssertOnly(new() { Environment = [new("A", new('x', 32_769))] }, nameof(PodEdit.Environment),
            "The value of A is too long, or contains a NUL character.");
        AssertOnly(new() { Environment = [new("A", "a\0")] }, nameof(PodEdit.Environment),
            "The value of A is too long, or contains a NUL character.");

        static PodEdit Many(int count) => new() { Environment = [.. Enumerable.Range(0, count).Select(number => new EnvironmentVariable($"A{number}", ""))] };
    }

    [Fact]
    public void Check_SeveralFields_TellsAll()
    {
        var errors = PodRules.Check(new() { Name = "", Image = "", ContainerDiskGb = 0, Ports = [new(0, 70000)] }, 0, 64);

        Assert.Equal([nameof(PodEdit.Name), nameof(PodEdit.Image), nameof(PodEdit.ContainerDiskGb), PortFields.Http], errors.Select(error => error.Field));
    }

    private static void AssertOnly(PodEdit edit, string field, string? message, int volume = 0)
    {
        var errors = PodRules.Check(edit, volume, 64);
        Assert.Equal(message is null ? [] : [(field, message)], errors.Select(error => (error.Field, error.Message)));
    }
}
