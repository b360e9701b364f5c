using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>Registers the runtime that runs pods as processes of this machine.</summary>
public static class LocalProcessServices
{
    /// <summary>Adds the runtime. The caller adds <see cref="DataPaths"/>.</summary>
    /// <param name="services">The console's services.</param>
    /// <param name="console">The assembly whose entry point begins with <see cref="LocalProcessVerbs.TryRun"/>.</param>
    public static IServiceCollection AddLocalProcessRuntime(this IServiceCollection services, Assembly console)
    {
        services.AddSingleton(SupervisorCommand.Of(console));
        services.AddSingleton<IPodRuntime, LocalProcessRuntime>();
        return services;
    }
}
