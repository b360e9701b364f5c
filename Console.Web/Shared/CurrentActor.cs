using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Web.Account;
using PodConsole.Web.Api.Keys;

namespace PodConsole.Web.Shared;

/// <summary>Who acts in this circuit. Asked anew for each action, so that a sign-out ends what an open page can do.</summary>
public sealed class CurrentActor(AuthenticationStateProvider authentication)
{
    /// <summary>The signed-in account. Throws <see cref="UnauthorizedAccessException"/> when nobody is signed in.</summary>
    public async Task<Actor> GetAsync() => (await authentication.GetAuthenticationStateAsync()).User.ToActor();
}

/// <summary>Reads the actor out of a signed-in principal, of a page or of a program.</summary>
internal static class PrincipalActor
{
    /// <summary>The account. Throws <see cref="UnauthorizedAccessException"/> when nobody is signed in.</summary>
    public static Actor ToActor(this ClaimsPrincipal user)
    {
        var source = user.FindFirstValue(SourceClaim.ClaimType) ?? "";
        if (PodId.TryParse(user.FindFirstValue(KeyClaims.Pod), out var pod))
        {
            return Actor.OfPod(pod) with { Source = source };
        }

        source = user.FindFirstValue(KeyClaims.Name) is { } key ? $"{source}, key {key}" : source;
        var id = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new UnauthorizedAccessException("Nobody is signed in.");
        var isAdmin = user.IsInRole(Roles.Admin);
        return new Actor(id, isAdmin, isAdmin || user.IsInRole(Roles.TemplateAuthor)) { Source = source };
    }
}
