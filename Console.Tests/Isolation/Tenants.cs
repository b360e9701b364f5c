using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Templates;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Isolation;

/// <summary>
/// One console with an owner who has a running pod and more, somebody else who has nothing, and an administrator; and a
/// client for each <see cref="Caller"/>.
/// </summary>
public sealed class Tenants : IAsyncLifetime
{
    /// <summary>In the names of everything that the owner has.</summary>
    public const string Mark = "owners-secret";

    private readonly Dictionary<Caller, ConsoleClient> _clients = [];
    private readonly Dictionary<Thing, string> _standing = [];
    private readonly List<IDisposable> _open = [];
    private Actor _owner = null!;
    private Pod _running = null!;

    internal ConsoleHost Host { get; private set; } = null!;

    private PodService Pods => Host.Services.GetRequiredService<PodService>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What no answer to anybody else may mention.</summary>
    internal IEnumerable<string> OwnersTexts => [Mark, _owner.UserId, .. _standing.Values];

    internal HttpClient Client(Caller caller) => _clients[caller];

    public async ValueTask InitializeAsync()
    {
        Host = await ConsoleHost.StartAsync("Runtime:LocalProcess:AllowManyUsers=true", "Api:RequestsPerMinute=1000000");
        var owner = await TestAccounts.AddAsync(Host, $"{Mark}@example.org");
        var other = await TestAccounts.AddAsync(Host, "other@example.org");
        _owner = new(owner.Id);
        _clients[Caller.Nobody] = Host.NewClient();
        _clients[Caller.Other] = await TestAccounts.SignInAsync(Host, other.Email!);
        _clients[Caller.Owner] = await TestAccounts.SignInAsync(Host, owner.Email!);
        _clients[Caller.Admin] = await Host.NewSignedInClientAsync();
        _clients[Caller.OtherKey] = NewProgram(await AddKeyAsync(other.Id));
        _clients[Caller.OwnerKey] = NewProgram(await AddKeyAsync(owner.Id));
        _clients[Caller.AdminKey] = NewProgram(ConsoleHost.ApiKey);
        _clients[Caller.OwnerReadKey] = NewProgram(await AddKeyAsync(owner.Id, ApiScopes.Read));
        _clients[Caller.OwnerWriteKey] = NewProgram(await AddKeyAsync(owner.Id, ApiScopes.Write));
        _clients[Caller.AdminPlainKey] = NewProgram(await AddKeyAsync((await DemoPods.AdminAsync(Host)).UserId, ApiScopes.Read | ApiScopes.Write));
        _running = (await FindAsync(await DemoPods.DeployAsync(Host, name: $"{Mark} running", owner: _owner)))!;
        _clients[Caller.PodKey] = NewProgram(await GiveKeyAsync(_running.Id));
        _standing[Thing.Pod] = _running.Id.Value;
        _standing[Thing.Template] = await NewAsync(Thing.Template);
        await NewAsync(Thing.Connection);
    }

    /// <summary>The id of what the owner has from the start.</summary>
    internal string Standing(Thing thing) => _standing[thing];

    /// <summary>Makes one more of something for the owner.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> NewAsync(Thing thing) => thing switch
    {
        Thing.Pod => (await NewPodAsync()).Id.Value,
        Thing.Template => await NewTemplateAsync(),
        Thing.Connection => await ConnectAsync(),
        Thing.PrivatePort => await NewPrivatePortAsync(),
        _ => "",
    };

    /// <summary>An id of the same form that nothing has.</summary>
    internal static string Missing(Thing thing) => thing switch
    {
        Thing.Pod => PodId.New().Value,
        Thing.Template => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10),
        Thing.Connection => "999999999",
        Thing.PrivatePort => $"{PodId.New()}-8888",
        _ => "",
    };

    internal async Task<IReadOnlyList<string>> RowsAsync(string id)
    {
        await using var db = await OpenDatabaseAsync();
        return await DatabaseRows.MentioningAsync(db, id);
    }

    public async ValueTask DisposeAsync()
    {
        _open.ForEach(connection => connection.Dispose());
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        await Host.DisposeAsync();
    }

    // A program that is not there: such a pod is at rest at once, and costs no process.
    private async Task<Pod> NewPodAsync()
    {
        var request = new DeployRequest
        {
            Overrides = new() { Name = $"{Mark} pod", Image = "/no/such/program", Ports = PortList.Parse("8888", "22", 64).Ports },
        };
        var podId = Assert.IsType<PodResult.Saved>(await Pods.DeployAsync(_owner, request, Cancelled)).Pod.Id;
        Pod? pod = null;
        await Eventually.TrueAsync(async () => (pod = await FindAsync(podId))?.Status == PodStatus.Error, $"pod {podId} is at rest");
        return pod!;
    }

    private Task<Pod?> FindAsync(PodId podId) => Host.Services.GetRequiredService<PodQueries>().FindAsync(_owner, podId, Cancelled);

    private async Task<string> NewTemplateAsync()
    {
        var draft = new TemplateDraft { Name = $"{Mark} {Guid.NewGuid()}", Recipe = new() { Image = "/no/such/program" } };
        return Assert.IsType<TemplateResult.Saved>(
            await Host.Services.GetRequiredService<TemplateService>().CreateAsync(_owner, draft, cancellationToken: Cancelled)).Template.Id;
    }

    private async Task<string> NewPrivatePortAsync()
    {
        var pod = await NewPodAsync();
        var key = pod.Ports.Single(port => port.Protocol == PortProtocol.Http).Key;
        Assert.IsType<PodResult.Saved>(await Pods.SetPortOptionsAsync(_owner, pod.Id, null, key, new() { Audience = PortAudience.Owner }, Cancelled));
        return $"{pod.Id}-{key.Number}";
    }

    private async Task<string> ConnectAsync()
    {
        var lease = Assert.Single(_running.Leases);
        var connections = Host.Services.GetRequiredService<ConnectionService>();
        var before = (await connections.ListAsync(_owner, cancellationToken: Cancelled)).Open.Select(connection => connection.Id).ToHashSet();
        var client = await EchoConnection.OpenAsync($"{lease.Address}:{lease.Port}");
        _open.Add(client);
        await client.VerifyAsync("hello");
        return (await connections.ListAsync(_owner, cancellationToken: Cancelled)).Open.Single(connection => !before.Contains(connection.Id)).Id
            .ToString(CultureInfo.InvariantCulture);
    }

    private async Task<string> AddKeyAsync(string userId, ApiScopes scopes = ApiScopes.All)
    {
        var key = ApiSecret.New();
        await using var db = await OpenDatabaseAsync();
        db.ApiKeys.Add(new() { UserId = userId, Name = Mark, Hash = ApiSecret.HashOf(key), Scopes = scopes });
        await db.SaveChangesAsync(Cancelled);
        return key;
    }

    private async Task<string> GiveKeyAsync(PodId podId)
    {
        var key = ApiSecret.New();
        await using var db = await OpenDatabaseAsync();
        await db.Pods.Where(pod => pod.Id == podId).ExecuteUpdateAsync(set => set.SetProperty(pod => pod.KeyHash, ApiSecret.HashOf(key)), Cancelled);
        return key;
    }

    private Task<ConsoleDbContext> OpenDatabaseAsync() =>
        Host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync(Cancelled);

    private ConsoleClient NewProgram(string key)
    {
        var client = Host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
