using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MudBlazor;
using MudBlazor.Services;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Access;
using PodConsole.Web.Pods;
using PodConsole.Web.Shared;

namespace PodConsole.Tests.Support;

/// <summary>One person's browser tab: components over the real domain, with the layout's dialogs, popovers and messages.</summary>
internal sealed class PageContext : BunitContext
{
    // A busy machine is no failure: the same deadline as everywhere.
    static PageContext() => DefaultWaitTimeout = Eventually.Deadline;

    /// <param name="domain">The console behind the tab; several tabs may share one.</param>
    /// <param name="actor">Who looks; by default the owner.</param>
    /// <param name="clock">The time; by default the domain's.</param>
    public PageContext(TestDomain domain, Actor? actor = null, TimeProvider? clock = null)
    {
        Domain = domain;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(domain.Pods).AddSingleton(domain.Queries).AddSingleton(domain.Feed).AddSingleton(domain.Templates);
        Services.AddSingleton(domain.Get<ApiKeyService>()).AddSingleton(domain.Get<IOptions<ConsoleSettings>>());
        Services.AddSingleton(domain.Get<AccountService>()).AddSingleton(domain.Get<AccountLinks>());
        Services.AddSingleton(_ => domain.Get<ConnectionService>());
        Services.AddSingleton<IPortPublisher>(domain.Publisher).AddSingleton<IPodRuntime>(domain.Runtime);
        Services.AddSingleton(domain.Get<PublicAddresses>()).AddSingleton(domain.Get<MappingHistory>()).AddSingleton(domain.Get<PortPlanner>());
        Services.AddSingleton(domain.Get<IOptions<GatewaySettings>>()).AddSingleton(domain.Get<IOptions<RuntimeSettings>>());
        Services.AddSingleton(clock ?? domain.Get<TimeProvider>());
        var settings = domain.Get<IOptions<GatewaySettings>>();
        Services.AddSingleton(new PodVisits(
            new RouteTable(settings, TimeProvider.System), new Tickets(new EphemeralDataProtectionProvider(), TimeProvider.System), settings,
            Options.Create(new ConsoleSettings()), TimeProvider.System));
        Services.AddMudServices();
        Services.AddScoped<CurrentActor>().AddScoped<PodActions>().AddScoped<OwnClicks>();
        var who = actor ?? TestDomain.Owner;
        this.AddAuthorization().SetAuthorized(who.UserId)
            .SetRoles(who.IsAdmin ? Roles.Admin : who.CanPublish ? Roles.TemplateAuthor : Roles.User)
            .SetClaims(new Claim(ClaimTypes.NameIdentifier, who.UserId));
    }

    public TestDomain Domain { get; }

    /// <summary>Whether the domain ends with the tab.</summary>
    public bool OwnsDomain { get; init; }

    /// <summary>Where the tab is.</summary>
    public BunitNavigationManager Navigation => Services.GetRequiredService<BunitNavigationManager>();

    /// <summary>The open dialogs, once something is shown.</summary>
    public IRenderedComponent<MudDialogProvider> Dialogs { get; private set; } = null!;

    /// <summary>The open menus, once something is shown.</summary>
    public IRenderedComponent<MudPopoverProvider> Popovers { get; private set; } = null!;

    /// <summary>The messages, once something is shown.</summary>
    public IRenderedComponent<MudSnackbarProvider> Messages { get; private set; } = null!;

    /// <summary>Shows a component as the layout does.</summary>
    public IRenderedComponent<TComponent> Show<TComponent>(Action<ComponentParameterCollectionBuilder<TComponent>>? parameters = null)
        where TComponent : IComponent
    {
        Popovers = Render<MudPopoverProvider>();
        Dialogs = Render<MudDialogProvider>();
        Messages = Render<MudSnackbarProvider>();
        return Render(parameters);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        if (OwnsDomain)
        {
            await Domain.DisposeAsync();
        }
    }
}
