using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>Registers the runtime that runs pods as processes of this machine.</summary>
public static class LocalProcessServices
{
    /// <summary>
    /// Adds the runtime. The caller adds <see cref="DataPaths"/>, and a <see cref="SupervisorCommand"/> before this where the
    /// executable is not the console's own.
    /// </summary>
    public static IServiceCollection AddLocalProcessRuntime(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => SupervisorCommand.OfThisProcess());
        services.AddSingleton<IPodRuntime, LocalProcessRuntime>();
        return services;
    }
}
