using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;

namespace PodConsole.Domain;

/// <summary>Registers the domain.</summary>
public static class DomainServices
{
    /// <summary>
    /// Adds the domain's services and the database. The caller adds <see cref="DataPaths"/>, the settings, data protection,
    /// the runtimes and the publisher.
    /// </summary>
    public static IServiceCollection AddDomain(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddDbContextFactory<ConsoleDbContext>((provider, options) => options
            .UseSqlite($"Data Source={provider.GetRequiredService<DataPaths>().Database};Default Timeout=30")
            .UseModel(ConsoleModel.Value)
            .AddInterceptors(new SqlitePragmas()));
        services.AddSingleton<Database>();
        services.AddSingleton<ConnectionService>();
        services.AddSingleton<PodFeed>().AddSingleton<PodQueries>().AddSingleton<PodService>();
        services.AddSingleton<TemplateValues>().AddSingleton<PodDeployment>().AddSingleton<PodEditing>().AddSingleton<PodLifecycle>();
        services.AddSingleton<PodDraining>().AddSingleton<DrainingPods>().AddSingleton<DrainKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<DrainKeeper>());
        services.AddSingleton<PortOptionEditing>();
        services.AddSingleton<PodReconciler>().AddSingleton<SecretBox>();
        services.AddSingleton<PortAllocator>().AddSingleton<PublicAddresses>().AddSingleton<LeaseMoves>().AddSingleton<MappingHistory>().AddSingleton<PortPlanner>();
        services.AddSingleton(_ => EphemeralRange.OfThisMachine()).AddSingleton<PortPool>().AddSingleton<TakenPorts>();
        services.AddHostedService<PortPoolNotice>();
        services.AddSingleton<TemplateService>().AddSingleton<AuditTrail>().AddSingleton<AuditQueries>().AddSingleton<AuditCleanUp>().AddSingleton<SshKeyService>();
        services.AddIdentityRules();
        services.AddHostedService(provider => provider.GetRequiredService<AuditCleanUp>());
        services.AddSingleton<PodSupervisor>().AddHostedService(provider => provider.GetRequiredService<PodSupervisor>());
        return services;
    }
}
