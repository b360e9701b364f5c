using Microsoft.Extensions.Logging.Abstractions;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;
using PodConsole.Runtimes.LocalProcess;
using PodConsole.Web.Hosting;

namespace PodConsole.Tests.Support;

/// <summary>Pods outlive their console, as they should; a test's must not outlive the test.</summary>
internal static class LeftoverPods
{
    /// <summary>Ends every pod of a console that has stopped.</summary>
    public static async Task RemoveAsync(DataPaths paths)
    {
        if (!Directory.Exists(paths.Pods))
        {
            return;
        }

        using var runtime = new LocalProcessRuntime(
            paths, SupervisorCommand.Of(typeof(ConsoleApp).Assembly), TimeProvider.System, NullLogger<LocalProcessRuntime>.Instance);
        foreach (var directory in Directory.GetDirectories(paths.Pods))
        {
            var podId = PodId.Parse(Path.GetFileName(directory));
            await runtime.StopAsync(podId, TimeSpan.Zero, CancellationToken.None);
            await runtime.RemoveAsync(podId, CancellationToken.None);
        }
    }
}
