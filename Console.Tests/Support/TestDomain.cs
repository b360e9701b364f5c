using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;

namespace PodConsole.Tests.Support;

/// <summary>
/// The real domain on a real database file, with a runtime and a publisher that the test controls. A change of a pod wakes
/// the supervisor as in the console; <see cref="StartAsync"/> adds what the console does at its start.
/// </summary>
internal sealed class TestDomain : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EphemeralDataProtectionProvider _protection = new();
    private readonly Action<IServiceCollection> _configure;
    private ServiceProvider _services;

    private TestDomain(Action<IServiceCollection> configure)
    {
        _configure = configure;
        Paths = new(_directory.Path);
        _services = BuildServices();
    }

    public DataPaths Paths { get; }

    public FakeRuntime Runtime { get; } = new();

    public IServiceProvider Services => _services;

    public PodService Pods => Get<PodService>();

    public PodQueries Queries => Get<PodQueries>();

    public TemplateService Templates => Get<TemplateService>();

    public PodFeed Feed => Get<PodFeed>();

    public RecordingPublisher Publisher => Get<RecordingPublisher>();

    public static Actor Owner => TestDatabase.Owner;

    public static Actor Other => TestDatabase.Other;

    public static Actor Admin => TestDatabase.Admin;

    /// <summary>Makes a domain of its own.</summary>
    /// <param name="gateway">Changes the gateway's settings.</param>
    /// <param name="services">Replaces or adds services: a clock, other settings.</param>
    public static async Task<TestDomain> CreateAsync(
        Action<GatewaySettings>? gateway = null, Action<IServiceCollection>? services = null)
    {
        var domain = new TestDomain(collection =>
        {
            collection.Configure<GatewaySettings>(settings => gateway?.Invoke(settings));
            services?.Invoke(collection);
        });
        await TestDatabase.CreateAsync(domain.Paths);
        return domain;
    }

    /// <summary>Ends this console and makes a new one on the same data and the same runtime.</summary>
    public async Task RestartConsoleAsync()
    {
        await StopAsync();
        _services = BuildServices();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Starts the supervisor as the console does.</summary>
    public async Task StartAsync()
    {
        await Get<PodSupervisor>().StartAsync(TestContext.Current.CancellationToken);
        await Get<PodSupervisor>().StartedAsync(TestContext.Current.CancellationToken);
    }

    public Task<ConsoleDbContext> OpenDatabaseAsync() =>
        Get<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);

    /// <summary>Deploys a pod and waits until it runs.</summary>
    public async Task<Pod> DeployAsync(string http = "8888", string tcp = "22", Actor? owner = null, PodEdit? overrides = null,
        CloudType cloud = CloudType.Secure)
    {
        var request = new DeployRequest
        {
            Cloud = cloud,
            Overrides = (overrides ?? new()) with { Image = overrides?.Image ?? "demo", Ports = PortList.Parse(http, tcp, 64).Ports },
        };
        var result = await Pods.DeployAsync(owner ?? Owner, request, TestContext.Current.CancellationToken);
        return await WaitForAsync(Assert.IsType<PodResult.Saved>(result).Pod.Id, PodStatus.Running);
    }

    /// <summary>The pod as saved, also when it is being removed; null when it is gone.</summary>
    public async Task<Pod?> FindAsync(PodId podId)
    {
        await using var db = await OpenDatabaseAsync();
        return await db.Pods.AsNoTracking().Include(pod => pod.Ports).Include(pod => pod.Leases)
            .FirstOrDefaultAsync(pod => pod.Id == podId, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the supervisor has recorded this status.</summary>
    public async Task<Pod> WaitForAsync(PodId podId, PodStatus status)
    {
        Pod? pod = null;
        await Eventually.TrueAsync(async () => (pod = await FindAsync(podId))?.Status == status, $"pod {podId} is {status}");
        return pod!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private ServiceProvider BuildServices()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddDomain();
        services.AddSingleton(Paths).AddSingleton<IDataProtectionProvider>(_protection);
        services.AddSingleton<IPodRuntime>(Runtime);
        services.AddSingleton<RecordingPublisher>();
        services.AddSingleton<IPortPublisher>(provider => provider.GetRequiredService<RecordingPublisher>());
        services.Configure<RuntimeSettings>(settings => settings.LocalProcess.AllowManyUsers = true);
        _configure(services);
        return services.BuildServiceProvider();
    }

    private async Task StopAsync()
    {
        // Waits for comparisons under way: they use the database.
        await Get<PodSupervisor>().StopAsync(CancellationToken.None);
        await using (var db = await Get<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync())
        {
            TestDatabase.Close(db);
        }

        await _services.DisposeAsync();
    }
}
