using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Isolation;

/// <summary>The domain, with an owner who makes one of anything that a test asks for.</summary>
internal sealed class Tenancy : IAsyncDisposable
{
    /// <summary>In every name and text of the owner's.</summary>
    public const string Mark = "owners-secret";

    // Two of the same type are compared by what they hold, whatever their references.
    private static readonly JsonSerializerOptions Json = new()
    {
        ReferenceHandler = ReferenceHandler.IgnoreCycles,
        Converters = { new TextConverter<System.Net.IPAddress>(), new TextConverter<PodId>() },
        IncludeFields = true,
    };

    private readonly TestDomain _domain;
    private readonly List<string> _made = [Mark];
    private int _count;

    private Tenancy(TestDomain domain) => _domain = domain;

    public PodService Pods => _domain.Pods;

    public TemplateService Templates => _domain.Templates;

    /// <summary>What only the owner, and who may see all, are ever shown.</summary>
    public IReadOnlyList<string> OwnersTexts => _made;

    private FakeConnections Connections => (FakeConnections)Get<IConnectionDirectory>();

    /// <summary>Makes it.</summary>
    /// <param name="ofAll">Whether the owner has one of everything from the start.</param>
    public static async Task<Tenancy> CreateAsync(bool ofAll)
    {
        var of = new Tenancy(await TestDomain.CreateAsync(services: services => services.AddSingleton<IConnectionDirectory, FakeConnections>()));
        await using (var db = await of._domain.OpenDatabaseAsync())
        {
            db.Users.Single(user => user.Id == TestDomain.Owner.UserId).Email = $"{Mark}@example.com";
            await db.SaveChangesAsync();
        }

        foreach (var thing in ofAll ? Enum.GetValues<OwnersThing>() : [])
        {
            await of.NewAsync(thing);
        }

        return of;
    }

    public static TemplateDraft Draft(string name, string secret = "") =>
        new() { Name = name, Recipe = new() { Image = "own", Environment = [new("TOKEN", secret, IsSecret: true)] } };

    public T Get<T>()
        where T : notnull => _domain.Get<T>();

    /// <summary>Makes one more of something. Accounts and invitations are the console's, the rest is the owner's.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> NewAsync(OwnersThing thing)
    {
        var id = thing switch
        {
            OwnersThing.Pod => (await NewPodAsync()).Value,
            OwnersThing.Template => Assert.IsType<TemplateResult.Saved>(await Templates.CreateAsync(TestDomain.Owner, Draft($"{Mark} {++_count}", Mark))).Template.Id,
            OwnersThing.Connection => $"{Connections.Open(await NewPodAsync(), $"192.0.2.{++_count}").Id}",
            OwnersThing.SshKey => await NewSshKeyAsync(),
            OwnersThing.ApiKey => await NewApiKeyAsync(),
            OwnersThing.Session => await Get<Sessions>().StartAsync(TestDomain.Owner, Mark),
            OwnersThing.Account => await NewAccountAsync(),
            OwnersThing.Invitation => $"{Assert.IsType<LinkResult.Made>(await Get<AccountLinks>().InviteAsync(TestDomain.Admin, $"{Mark}{++_count}@example.com", new(Roles.User))).Link.Id}",
            _ => "",
        };
        if (thing is OwnersThing.Pod or OwnersThing.Template or OwnersThing.Session)
        {
            _made.Add(id);
        }

        return id;
    }

    /// <summary>An id of the same form that nothing has.</summary>
    public static string Missing(OwnersThing thing) => thing switch
    {
        OwnersThing.Pod => PodId.New().Value,
        OwnersThing.Connection or OwnersThing.SshKey or OwnersThing.ApiKey or OwnersThing.Invitation => "999999999",
        _ => Guid.NewGuid().ToString("N")[..10],
    };

    /// <summary>The rows that something is made of.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(OwnersThing thing, string id)
    {
        await using var db = await _domain.OpenDatabaseAsync();
        return thing switch
        {
            OwnersThing.Connection => [$"{Connections.List(new HashSet<PodId> { PodOf(id) }).Count} open"],
            OwnersThing.SshKey or OwnersThing.ApiKey or OwnersThing.Invitation => await DatabaseRows.MentioningAsync(db, $": {id}|"),
            OwnersThing.None => await DatabaseRows.MentioningAsync(db, ""),
            _ => await DatabaseRows.MentioningAsync(db, id),
        };
    }

    /// <summary>The pod of a connection; one that does not exist for a connection that does not.</summary>
    public PodId PodOf(string connectionId) => Connections.Find(long.Parse(connectionId, CultureInfo.InvariantCulture))?.PodId ?? PodId.New();

    /// <summary>The client of a connection, in the same way.</summary>
    public string ClientOf(string connectionId) => Connections.Find(long.Parse(connectionId, CultureInfo.InvariantCulture))?.Client ?? "198.51.100.1";

    public Task<bool> EndAsync(Func<ConnectionService, Task<bool>> end) => end(Get<ConnectionService>());

    /// <summary>Ends a session.</summary>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> EndSessionAsync(Actor actor, string id)
    {
        var before = await RowsAsync(OwnersThing.Session, id);
        await Get<Sessions>().EndAsync(actor, id);
        return !before.SequenceEqual(await RowsAsync(OwnersThing.Session, id));
    }

    /// <summary>Duplicates a template.</summary>
    /// <returns>Whether the copy has its secret.</returns>
    public async Task<bool> CopyAsync(Actor actor, string id)
    {
        var copy = Assert.IsType<TemplateResult.Saved>(await Templates.CreateAsync(actor, Draft($"copy {++_count}"), copyOf: id));
        return Get<SecretBox>().Open(copy.Template.Environment).Single().Value == Mark;
    }

    /// <summary>Waits for a call, whatever its type.</summary>
    public static async Task<object?> ResultOf(Task call)
    {
        await call;
        return call.GetType().GetProperty("Result")?.GetValue(call);
    }

    /// <summary>A result as text, without the id that was asked for.</summary>
    public static string TextOf(object? result, string id)
    {
        var text = result is null ? "null" : $"{result.GetType().Name} {JsonSerializer.Serialize(result, result.GetType(), Json)}";
        return id.Length > 0 ? text.Replace(id, "{id}", StringComparison.Ordinal) : text;
    }

    public ValueTask DisposeAsync() => _domain.DisposeAsync();

    private async Task<PodId> NewPodAsync() =>
        (await _domain.DeployAsync(tcp: "22", overrides: new() { Name = $"{Mark} {++_count}" }, cloud: CloudType.Community)).Id;

    private async Task<string> NewSshKeyAsync()
    {
        await using var db = await _domain.OpenDatabaseAsync();
        var key = new SshKey { UserId = TestDomain.Owner.UserId, Name = Mark, Line = $"ssh-ed25519 {Mark}", Fingerprint = $"{Mark} {++_count}" };
        db.SshKeys.Add(key);
        await db.SaveChangesAsync();
        return $"{key.Id}";
    }

    private async Task<string> NewApiKeyAsync() => $"{Assert.IsType<ApiKeyResult.Made>(
        await Get<ApiKeyService>().CreateAsync(TestDomain.Owner, Mark, ApiScopes.Read, null)).Key.Id}";

    // With a template, so that there is something to see.
    private async Task<string> NewAccountAsync()
    {
        var (user, _) = await Get<Registration>().CreateAsync($"{Mark}{++_count}@example.com", "a long password", Roles.User, source: null);
        await Templates.CreateAsync(new(user!.Id), Draft("own"));
        return user.Id;
    }

    private sealed class TextConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName($"{value}");
    }
}
