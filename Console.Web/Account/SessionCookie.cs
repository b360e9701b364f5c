using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>The cookie that holds a browser's session. It is good for nothing once the session has ended.</summary>
internal static class SessionCookie
{
    /// <summary>The claim that holds a session's id.</summary>
    public const string ClaimType = "session";

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "__Host-PodConsole";
        options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = Sessions.Life;
        options.LoginPath = AccountPaths.SignIn;
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = ValidateAsync;

        // The sign-in page itself knows the ways on.
        options.Events.OnRedirectToReturnUrl = static _ => Task.CompletedTask;

        // What somebody may not see does not exist to him.
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
    }

    /// <summary>The id of a principal's session; null when it has none.</summary>
    public static string? SessionOf(ClaimsPrincipal? user) => user?.FindFirstValue(ClaimType);

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        if (SessionOf(context.Principal) is not { } session || !await sessions.IsLiveAsync(session))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
        }
    }
}
