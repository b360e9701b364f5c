using Microsoft.AspNetCore.Components.Server;
using MudBlazor;
using MudBlazor.Services;
using PodConsole.Web.Pods;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Shell;

/// <summary>Registers what every page needs.</summary>
internal static class ShellServices
{
    public static IServiceCollection AddShell(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();

        // No page comes back to a console that stops. What it shows ends with its connection, and not after minutes, in which it would be
        // drawn from services that are gone.
        services.AddOptions<CircuitOptions>().Configure<IHostApplicationLifetime>((options, lifetime) =>
            lifetime.ApplicationStopping.Register(() => options.DisconnectedCircuitRetentionPeriod = TimeSpan.Zero));
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.PreventDuplicates = true;
            options.SnackbarConfiguration.VisibleStateDuration = 5000;
        });
        services.AddSingleton<OpenCircuits>();
        services.AddScoped<CurrentActor>();
        services.AddScoped<PodActions>().AddScoped<OwnClicks>();
        return services;
    }
}
