using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>
/// Who a circuit belongs to. It turns into nobody when its sign-in is signed out, and within a minute when the account is
/// changed or removed elsewhere.
/// </summary>
internal sealed class SessionStateProvider : RevalidatingServerAuthenticationStateProvider
{
    private readonly IServiceScopeFactory _scopes;
    private readonly SessionEnds _ends;
    private readonly IHostApplicationLifetime _lifetime;
    private string? _session;

    public SessionStateProvider(ILoggerFactory loggers, IServiceScopeFactory scopes, SessionEnds ends, IHostApplicationLifetime lifetime)
        : base(loggers)
    {
        (_scopes, _ends, _lifetime) = (scopes, ends, lifetime);
        _ends.Ended += OnEnded;
        AuthenticationStateChanged += OnChanged;
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState state, CancellationToken cancellationToken)
    {
        // Circuits of open tabs may outlive the services that are needed to check.
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return true;
        }

        await using var scope = _scopes.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        return await signIn.ValidateSecurityStampAsync(state.User) is not null;
    }

    protected override void Dispose(bool disposing)
    {
        _ends.Ended -= OnEnded;
        base.Dispose(disposing);
    }

    private async void OnChanged(Task<AuthenticationState> change) =>
        _session = (await change).User.FindFirstValue(SessionEnds.ClaimType);

    private void OnEnded(string session)
    {
        if (_session == session)
        {
            SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
        }
    }
}
