using System.Reflection;
using System.Text.RegularExpressions;
using Bunit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;
using PodConsole.Web.Certificates;
using PodConsole.Web.Deploy;
using PodConsole.Web.Hosting;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Isolation;

/// <summary>
/// Every page that needs a session, found by reflection, as the circuit draws it for somebody else: it shows nothing of the
/// owner's. Who may ask for the page at all is in <see cref="EndpointRules"/>.
/// </summary>
public sealed partial class PageTests
{
    private const string Mark = "owners-secret";

    // Pages that show nothing of anybody's: those that show something are seen to do so to the owner, or to administrators.
    private static readonly Type[] ShowNothing = [typeof(CertificatesPage), typeof(DeployPage)];

    public static TheoryData<Type> Pages => [.. typeof(ConsoleApp).Assembly.GetTypes()
        .Where(type => type.GetCustomAttributes<RouteAttribute>().Any() && type.GetCustomAttribute<AllowAnonymousAttribute>() is null)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_ForSomebodyElse_ShowsNothingOfTheOwners(Type page)
    {
        var (domain, pod) = await NewDomainAsync();
        await using var owned = domain;

        Assert.DoesNotContain(Mark, await ShowAsync(domain, TestDomain.Other, page, pod.Id.Value, _ => true), StringComparison.Ordinal);
        if (!ShowNothing.Contains(page))
        {
            var isAdmins = page.GetCustomAttributes<AuthorizeAttribute>().Any(rule => rule.Roles == Roles.Admin);
            var seen = await ShowAsync(
                domain, isAdmins ? TestDomain.Admin : TestDomain.Owner, page, pod.Id.Value, text => text.Contains(Mark, StringComparison.Ordinal));
            Assert.Contains(Mark, seen, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pod_OfSomebodyElse_IsShownAsOneThatDoesNotExist()
    {
        var (domain, pod) = await NewDomainAsync();
        await using var owned = domain;
        var missing = PodId.New().Value;

        var others = await ShowAsync(domain, TestDomain.Other, typeof(PodsPage), pod.Id.Value, text => text.Contains("no such pod", StringComparison.Ordinal));
        var none = await ShowAsync(domain, TestDomain.Other, typeof(PodsPage), missing, text => text.Contains("no such pod", StringComparison.Ordinal));

        Assert.Equal(Plain(none, missing), Plain(others, pod.Id.Value));
    }

    // What the owner has, with the mark in every text that people choose.
    private static async Task<(TestDomain Domain, Pod Pod)> NewDomainAsync()
    {
        var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<IConnectionDirectory, FakeConnections>());
        await using (var db = await domain.OpenDatabaseAsync())
        {
            var owner = db.Users.Single(user => user.Id == TestDomain.Owner.UserId);
            owner.Email = $"{Mark}@example.com";
            await db.SaveChangesAsync(Cancelled);
        }

        var pod = await domain.DeployAsync(overrides: new() { Name = Mark, Command = Mark, Environment = [new(Mark.Replace('-', '_'), Mark)] });
        ((FakeConnections)domain.Get<IConnectionDirectory>()).Open(pod.Id, Mark);
        await domain.Templates.CreateAsync(
            TestDomain.Owner, new() { Name = Mark, Readme = Mark, Recipe = new() { Image = Mark } }, cancellationToken: Cancelled);
        await domain.Get<SshKeyService>().AddAsync(TestDomain.Owner, SshLines.Ed25519, Mark, Cancelled);
        await domain.Get<AccountLinks>().InviteAsync(TestDomain.Admin, $"{Mark}-guest@example.com", new(Roles.User));
        return (domain, pod);
    }

    private static string Plain(string markup, string id) => Guids().Replace(markup.Replace(id, "", StringComparison.Ordinal), "");

    private static async Task<string> ShowAsync(TestDomain domain, Actor actor, Type type, string podId, Func<string, bool> isReady)
    {
        await using var page = new PageContext(domain, actor);
        using var certificates = new CertificateFolder();
        page.Services.AddFallbackServiceProvider(domain.Services);
        page.Services.AddSingleton(_ => certificates.Open());
        var shown = page.Show<DynamicComponent>(parameters => parameters.Add(component => component.Type, type).Add(
            component => component.Parameters, type.GetProperty("Id") is null ? null : new Dictionary<string, object> { ["Id"] = podId }));
        shown.WaitForState(() => !shown.Markup.Contains("mud-skeleton", StringComparison.Ordinal) && isReady(shown.Markup));
        return shown.Markup + page.Dialogs.Markup + page.Popovers.Markup;
    }

    // Names that elements are given anew each time they are drawn.
    [GeneratedRegex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|mudinput-[0-9a-z]+")]
    private static partial Regex Guids();
}
