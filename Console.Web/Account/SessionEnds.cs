using System.Security.Claims;
using Microsoft.AspNetCore.Identity;

namespace PodConsole.Web.Account;

/// <summary>Tells the open circuits of a sign-in that it was signed out.</summary>
internal sealed class SessionEnds
{
    /// <summary>The claim that holds a sign-in's id.</summary>
    public const string ClaimType = "session";

    /// <summary>Raised with the id of a sign-in that ended.</summary>
    public event Action<string>? Ended;

    /// <summary>Ends the circuits of a principal's sign-in.</summary>
    public void End(ClaimsPrincipal principal)
    {
        if (principal.FindFirstValue(ClaimType) is { } session)
        {
            Ended?.Invoke(session);
        }
    }

    /// <summary>Keeps a sign-in's id when its cookie is renewed from the account.</summary>
    public static Task KeepSessionAsync(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal?.FindFirst(ClaimType) is { } session)
        {
            context.NewPrincipal?.Identities.First().AddClaim(session.Clone());
        }

        return Task.CompletedTask;
    }
}
