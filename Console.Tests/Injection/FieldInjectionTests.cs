using AngleSharp.Html.Parser;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;
using PodConsole.Web.Audit;
using PodConsole.Web.Pods;
using PodConsole.Web.Profile;
using PodConsole.Web.Shared;
using PodConsole.Web.Templates;
using PodConsole.Web.Users;

namespace PodConsole.Tests.Injection;

/// <summary>
/// Hostile texts in every free-text field: each is refused with words or kept as it is, and pages show what is kept as text.
/// </summary>
public sealed class FieldInjectionTests
{
    private const string Canary = "/tmp/pod-console-canary-of-no-test";

    private static readonly PortKey Http = new(PortProtocol.Http, 8888);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryField_HostileText_IsRefusedOrKeptAndShownAsText()
    {
        await using var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<IConnectionDirectory, FakeConnections>());
        var pod = await domain.DeployAsync("8888", "");
        var kept = new Kept();
        foreach (var text in HostileTexts.All(Canary))
        {
            kept.Pods.AddRange(await EditAsync(domain, pod.Id, text));
            kept.Templates.AddRange(await SaveTemplateAsync(domain, text));
            kept.Keys.AddRange(await AddKeyAsync(domain, text));
            kept.ApiKeys.AddRange(await MakeApiKeyAsync(domain, text));
            kept.Guests.AddRange(await InviteAsync(domain, text));
            await SearchAsync(domain, text);
        }

        Assert.True(kept.Pods.Count > 80, $"{kept.Pods.Count} texts are names of pods");
        await AssertShownAsync<PodsPage>(domain, TestDomain.Owner, [kept.Pods[^1]]);
        await AssertShownAsync<TemplatesPage>(domain, TestDomain.Owner, kept.Templates);
        await AssertShownAsync<SshKeysPanel>(domain, TestDomain.Owner, [kept.Keys[^1]]);
        await AssertShownAsync<ApiKeysPanel>(domain, TestDomain.Owner, [kept.ApiKeys[^1]]);
        await AssertShownAsync<UsersPage>(domain, TestDomain.Admin, kept.Guests);
        await AssertShownAsync<AuditLogPage>(domain, TestDomain.Admin, []);
        Assert.False(File.Exists(Canary));
    }

    [Fact]
    public void Readme_HostileText_HasNoScript()
    {
        foreach (var text in HostileTexts.All(Canary))
        {
            AssertHarmless(SafeMarkdown.ToHtml(text));
        }
    }

    // A name, the label of a port and of a link, and a list of networks.
    private static async Task<IEnumerable<string>> EditAsync(TestDomain domain, PodId podId, string text)
    {
        var result = await domain.Pods.EditAsync(TestDomain.Owner, podId, null, new()
        {
            Name = text,
            Ports = [new(PortProtocol.Http, 8888, text.Length > 60 ? "" : text)],
        }, Cancelled);
        await domain.Pods.SetPortOptionsAsync(TestDomain.Owner, podId, null, Http, new() { AllowedNetworks = text }, Cancelled);
        await domain.Pods.GrantAsync(TestDomain.Owner, podId, Http, PortGrant.NewLink(text, DateTime.UtcNow, DateTime.UtcNow.AddSeconds(1)), Cancelled);
        var saved = (await domain.Queries.FindAsync(TestDomain.Owner, podId, Cancelled))!;
        if (result is not PodResult.Saved)
        {
            Assert.NotEmpty(Assert.IsType<PodResult.Invalid>(result).Errors);
            return [];
        }

        Assert.Equal(text.Trim(), saved.Name);
        Assert.Equal(text.Length > 60 ? "" : text, saved.Ports.Single().Label);
        return [saved.Name];
    }

    private static async Task<IEnumerable<string>> SaveTemplateAsync(TestDomain domain, string text)
    {
        var draft = new TemplateDraft { Name = text, Readme = text, Recipe = new()
        {
            Image = text.Length > 500 ? "image" : text,
            Command = CommandLine.Join([text]),
            Environment = [new("HOSTILE", text)],
        } };
        var result = await domain.Templates.CreateAsync(TestDomain.Owner, draft, cancellationToken: Cancelled);
        if (result is not TemplateResult.Saved(var template))
        {
            Assert.NotEmpty(Assert.IsType<TemplateResult.Invalid>(result).Errors);
            return [];
        }

        var saved = (await domain.Templates.FindAsync(TestDomain.Owner, template.Id, Cancelled))!;
        Assert.Equal((text.Trim(), text), (saved.Name, saved.Readme));
        Assert.True(CommandLine.TrySplit(saved.Command, out var arguments, out _));
        Assert.Equal([text], arguments);
        Assert.Equal(text, saved.Environment.Single().Value);
        return [saved.Name];
    }

    private static async Task<IEnumerable<string>> AddKeyAsync(TestDomain domain, string text)
    {
        var service = domain.Get<SshKeyService>();
        var commented = SshPublicKey.Parse(SshLines.Ed25519.Replace("me@example.com", text, StringComparison.Ordinal), out _);
        Assert.DoesNotContain(commented?.Line ?? "", char.IsControl);
        await service.ReplaceAsync(TestDomain.Owner, [], Cancelled);
        return await service.AddAsync(TestDomain.Owner, SshLines.Ed25519, text, Cancelled) is SshKeyResult.Saved saved ? [saved.Keys.Single().Name] : [];
    }

    private static async Task<IEnumerable<string>> MakeApiKeyAsync(TestDomain domain, string text)
    {
        var service = domain.Get<ApiKeyService>();
        var result = await service.CreateAsync(TestDomain.Owner, text, ApiScopes.Read, null, Cancelled);
        if (result is not ApiKeyResult.Made made)
        {
            Assert.NotEmpty(Assert.IsType<ApiKeyResult.Invalid>(result).Errors);
            return [];
        }

        var saved = (await service.ListAsync(TestDomain.Owner, Cancelled)).Single(key => key.Id == made.Key.Id);
        Assert.Equal(text.Trim(), saved.Name);

        // An account has room for some only: the last one is left for the page.
        foreach (var older in (await service.ListAsync(TestDomain.Owner, Cancelled)).Where(key => key.Id != saved.Id))
        {
            Assert.True(await service.RevokeAsync(TestDomain.Owner, older.Id, Cancelled));
        }

        return [saved.Name];
    }

    private static async Task<IEnumerable<string>> InviteAsync(TestDomain domain, string text)
    {
        var plain = await domain.Get<AccountLinks>().InviteAsync(TestDomain.Admin, text, new(Roles.User));
        var quoted = await domain.Get<AccountLinks>().InviteAsync(TestDomain.Admin, $"{text}@example.com", new(Roles.User));
        Assert.NotEmpty(new AccountRights(text).Check());
        return new[] { plain, quoted }.OfType<LinkResult.Made>().Select(made => made.Link.Email);
    }

    // What is searched for is a text, never a pattern.
    private static async Task SearchAsync(TestDomain domain, string text)
    {
        var audit = domain.Get<AuditQueries>();
        var found = await audit.ListAsync(TestDomain.Admin, new() { Text = text }, 0, AuditQueries.MaxPageSize, Cancelled);
        Assert.Empty((await audit.ListAsync(TestDomain.Admin, new() { Kind = $"{text}x" }, 0, 1, Cancelled)).Entries);
        if (text.Trim() is { Length: > 0 } wanted && wanted.All(char.IsAscii))
        {
            Assert.All(found.Entries, entry => Assert.Contains(wanted, $"{entry.ActorName}|{entry.Source}|{entry.SubjectName}|{entry.SubjectId}|{entry.Detail}", StringComparison.OrdinalIgnoreCase));
        }
    }

    private static async Task AssertShownAsync<TPage>(TestDomain domain, Actor actor, IEnumerable<string> texts)
        where TPage : IComponent
    {
        await using var page = new PageContext(domain, actor);
        page.Services.AddFallbackServiceProvider(domain.Services);
        var shown = page.Show<TPage>();
        var wanted = texts.Select(Visible).Where(text => text.Length > 0).ToList();
        shown.WaitForState(() => !shown.Markup.Contains("mud-skeleton", StringComparison.Ordinal) && !shown.Markup.Contains("mud-progress", StringComparison.Ordinal)
            && (wanted.Count == 0 || Visible(new HtmlParser().ParseDocument(shown.Markup).Body!.TextContent).Contains(wanted[0], StringComparison.Ordinal)));
        AssertHarmless(shown.Markup);
        var content = Visible(new HtmlParser().ParseDocument(shown.Markup).Body!.TextContent);
        Assert.All(wanted, text => Assert.Contains(text, content, StringComparison.Ordinal));
    }

    // Pages break and join white space.
    private static string Visible(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static void AssertHarmless(string html)
    {
        var document = new HtmlParser().ParseDocument(html);
        Assert.Empty(document.QuerySelectorAll("script, iframe, object, embed, base, meta, body style, svg[onload]"));
        Assert.All(document.All.SelectMany(element => element.Attributes), attribute =>
        {
            // Blazor's own: the number of a handler.
            Assert.False(attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase), $"{attribute.Name}={attribute.Value}");
            Assert.False(attribute.Name is "href" or "src" or "action" && attribute.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase), attribute.Value);
        });
    }

    private sealed class Kept
    {
        public List<string> Pods { get; } = [];

        public List<string> Templates { get; } = [];

        public List<string> Keys { get; } = [];

        public List<string> ApiKeys { get; } = [];

        public List<string> Guests { get; } = [];
    }
}
