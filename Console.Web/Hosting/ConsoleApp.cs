using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using PodConsole.Domain;
using PodConsole.Domain.Data;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Publishing;
using PodConsole.Runtimes.LocalProcess;
using PodConsole.Web.Account;
using PodConsole.Web.Api;
using PodConsole.Web.Certificates;
using PodConsole.Web.Connect;
using PodConsole.Web.Shell;

namespace PodConsole.Web.Hosting;

/// <summary>Puts the console together and runs it.</summary>
internal static class ConsoleApp
{
    /// <summary>Runs the console until it is told to stop. A start that fails says why in words, and returns 1.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        WebApplication app;
        try
        {
            app = await StartAsync(args);
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } message)
        {
            await System.Console.Error.WriteLineAsync(message);
            return 1;
        }

        await using (app)
        {
            app.Services.GetRequiredService<Banner>().Print();
            await app.WaitForShutdownAsync();
            return 0;
        }
    }

    /// <summary>
    /// Starts a console; it can be used when this returns. It serves the saved ports of pods first, and then sees to itself. Throws what
    /// <see cref="StartFailure"/> explains.
    /// </summary>
    public static async Task<WebApplication> StartAsync(string[] args)
    {
        _ = Task.Run(static () => ConsoleModel.Value);
        var builder = NewBuilder(args);
        if (SettingsCheck.Problems(builder.Configuration, builder.Environment.ContentRootPath) is { Count: > 0 } problems)
        {
            throw new StartFailure(SettingsCheck.Describe(problems));
        }

        // What keeps the console from starting is told in plain words; the host would put a stack trace before it.
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => started && level >= LogLevel.Warning);

        // They log whole addresses, of requests and of redirects, and those of links hold their codes.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Http.Result", LogLevel.Warning);
        AddServices(builder);
        var app = builder.Build();
        try
        {
            UsePipeline(app);
            await app.Services.GetRequiredService<Database>().PrepareAsync();
            await app.StartAsync();

            // For port 0 in the settings only the listener knows which the system chose.
            app.Services.GetRequiredService<PortPool>().Reserve([.. app.Urls.Select(url => BindingAddress.Parse(url).Port)]);
            started = true;
            await app.Services.GetRequiredService<FirstStart>().PrepareAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
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
        services.Configure<AuditSettings>(configuration.GetSection(AuditSettings.Section));

        var console = configuration.GetSection(ConsoleSettings.Section).Get<ConsoleSettings>() ?? new();
        var paths = DataPaths.Of(console, DataBase(builder.Environment)).Create();
        services.AddSingleton(paths);
        services.AddDataProtection().SetApplicationName("PodConsole").PersistKeysToFileSystem(new(paths.Keys));

        services.AddDomain().AddPodGateway().AddPortPublishing().AddLocalProcessRuntime(typeof(ConsoleApp).Assembly);
        services.AddAccounts().AddApi().AddShell();
        services.AddSingleton<FirstStart>().AddSingleton<Banner>();
        services.AddSingleton<StopSignals>().AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>());
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseMiddleware<ConsoleHeaders>();
        app.Use(app.Services.GetRequiredService<FirstStart>().WaitAsync);
        app.UseStatusCodePagesWithReExecute("/error", "?status={0}", createScopeForStatusCodePages: true);
        app.Use(ReadErrorPageAsync);
        app.UseApiFaults();
        app.Use(CurrentRequest.NoteAsync);
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapMetrics();
        app.MapAccounts();
        app.MapApi();
        app.MapCertificates();
        app.MapVisits();

        // ConsoleHeaders says it for every page.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }

    // A page that is posted to must be given the token of its form, so what was refused as a POST would turn into a 400.
    private static Task ReadErrorPageAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
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
