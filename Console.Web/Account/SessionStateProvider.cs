using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>Who a circuit belongs to. It turns into nobody as soon as its session ends.</summary>
internal sealed class SessionStateProvider : RevalidatingServerAuthenticationStateProvider
{
    private readonly Sessions _sessions;
    private readonly IHostApplicationLifetime _lifetime;
    private string? _session;

    public SessionStateProvider(ILoggerFactory loggers, Sessions sessions, IHostApplicationLifetime lifetime)
        : base(loggers)
    {
        (_sessions, _lifetime) = (sessions, lifetime);
        _sessions.Ended += OnEnded;
        AuthenticationStateChanged += OnChanged;
    }

    // An open page keeps its session in use, and notices when its time is over.
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    // Circuits of open tabs may outlive the services that are needed to check.
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancellationToken) =>
        _lifetime.ApplicationStopping.IsCancellationRequested
        || (SessionCookie.SessionOf(state.User) is { } session && await _sessions.IsLiveAsync(session));

    protected override void Dispose(bool disposing)
    {
        _sessions.Ended -= OnEnded;
        base.Dispose(disposing);
    }

    private async void OnChanged(Task<AuthenticationState> change)
    {
        _session = SessionCookie.SessionOf((await change).User);

        // It may have ended after the page was asked for, and before anybody listened here.
        if (_session is { } session && !await _sessions.IsLiveAsync(session))
        {
            OnEnded(session);
        }
    }

    private void OnEnded(string session)
    {
        if (_session == session)
        {
            SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
        }
    }
}
