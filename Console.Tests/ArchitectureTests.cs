using System.Reflection;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Publishing;
using PodConsole.Runtimes.LocalProcess;
using PodConsole.Tests.Support;
using PodConsole.Web.Hosting;

namespace PodConsole.Tests;

/// <summary>The directions between the projects, and habits that no review should have to find.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, Assembly> Projects = new()
    {
        ["Console.Domain"] = typeof(PodService).Assembly,
        ["Console.Proxy"] = typeof(PortPublisher).Assembly,
        ["Console.Runtimes"] = typeof(LocalProcessRuntime).Assembly,
        ["Console.Web"] = typeof(ConsoleApp).Assembly,
    };

    [Theory]
    [InlineData("Console.Domain", "")]
    [InlineData("Console.Proxy", "Console.Domain")]
    [InlineData("Console.Runtimes", "Console.Domain")]
    [InlineData("Console.Web", "Console.Domain Console.Proxy Console.Runtimes")]
    public void Project_ReferencesOnlyWhatIsBelowIt(string project, string allowed) =>
        Assert.Equal(allowed, string.Join(' ', References(project).Where(Projects.ContainsKey).Order()));

    [Fact]
    public void Domain_KnowsNoHttpNorBlazor() => Assert.DoesNotContain(References("Console.Domain"), name =>
        name.StartsWith("Microsoft.AspNetCore.Http", StringComparison.Ordinal) || name.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal)
        || name.StartsWith("Yarp", StringComparison.Ordinal) || name.StartsWith("MudBlazor", StringComparison.Ordinal));

    [Theory]
    [InlineData("DateTime.Now")]
    [InlineData("NotImplementedException")]
    [InlineData("style=\"")]
    public void Source_OfTheProduct_DoesNotContain(string text) =>
        Assert.DoesNotContain(Sources(), file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));

    // The dials of the first two are what the tests of forbidden targets watch; SocketCalls ends a connection by the same call.
    [Theory]
    [InlineData("ConnectAsync(", "LoopSocket.cs PodDial.cs PodUpstream.cs SocketRelay.cs")]
    [InlineData("Descriptor.Connect(", "LoopRelay.cs")]
    [InlineData("Libc.Connect(", "LoopSocket.cs SocketCalls.cs")]
    [InlineData("new HttpClient", "")]
    [InlineData("TcpClient", "")]
    [InlineData("Dns.Get", "")]
    public void Source_ThatOpensConnections_IsKnown(string text, string files) => Assert.Equal(
        files, string.Join(' ', Sources().Where(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal)).Select(Path.GetFileName).Order()));

    private static IEnumerable<string> Sources() => Projects.Keys
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*", SearchOption.AllDirectories))
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project) => Projects[project].GetReferencedAssemblies().Select(name => name.Name!);
}
