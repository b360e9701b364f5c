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
