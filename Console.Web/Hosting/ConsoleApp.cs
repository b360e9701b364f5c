using Microsoft.AspNetCore.DataProtection;
using PodConsole.Domain;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Publishing;
using PodConsole.Proxy.Tls;
using PodConsole.Web.Account;
using PodConsole.Web.Shell;

namespace PodConsole.Web.Hosting;

/// <summary>Puts the console together and runs it.</summary>
internal static class ConsoleApp
{
    /// <summary>Runs the console until it is told to stop. A start that fails says why in words, and returns 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = NewBuilder(args);
        if (SettingsCheck.Problems(builder.Configuration, builder.Environment.ContentRootPath) is { Count: > 0 } problems)
        {
            await System.Console.Error.WriteLineAsync(SettingsCheck.Describe(problems));
            return 1;
        }

        // What keeps the console from starting is told below in plain words; the host would put a stack trace before it.
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => started && level >= LogLevel.Warning);
        AddServices(builder);
        await using var app = builder.Build();
        UsePipeline(app);
        try
        {
            await app.Services.GetRequiredService<FirstStart>().PrepareAsync();
            await app.StartAsync();
        }
        catch (Exception exception) when (exception is ListenerException or CertificateException or TimeoutException or UnauthorizedAccessException)
        {
            await System.Console.Error.WriteLineAsync($"Pod Console could not start.\n{exception.Message}");
            return 1;
        }

        started = true;
        app.Services.GetRequiredService<Banner>().Print();
        await app.WaitForShutdownAsync();
        return 0;
    }

    // The settings and the static files lie beside the program, wherever it is started from.
    private static WebApplicationBuilder NewBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(ConsoleApp).Assembly.GetName().Name,
        });
        builder.WebHost.UseStaticWebAssets();
        return builder;
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        services.Configure<ConsoleSettings>(configuration.GetSection(ConsoleSettings.Section));
        services.Configure<GatewaySettings>(configuration.GetSection(GatewaySettings.Section));
        services.Configure<RuntimeSettings>(configuration.GetSection(RuntimeSettings.Section));
        services.Configure<ApiSettings>(configuration.GetSection(ApiSettings.Section));

        var console = configuration.GetSection(ConsoleSettings.Section).Get<ConsoleSettings>() ?? new();
        var paths = DataPaths.Of(console, DataBase(builder.Environment)).Create();
        services.AddSingleton(paths);
        services.AddDataProtection().SetApplicationName("PodConsole").PersistKeysToFileSystem(new(paths.Keys));

        services.AddDomain().AddPodGateway().AddPortPublishing();
        services.AddAccounts().AddShell();
        services.AddSingleton<FirstStart>().AddSingleton<Banner>();
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseMiddleware<ConsoleHeaders>();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/healthz", () => Results.Text("ok")).AllowAnonymous();
        app.MapAccounts();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    // A checkout keeps its data at its root, a published build beside its program.
    private static string DataBase(IHostEnvironment environment)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); environment.IsDevelopment() && folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "console.sln")))
            {
                return folder.FullName;
            }
        }

        return environment.ContentRootPath;
    }
}
