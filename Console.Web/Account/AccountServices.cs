using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace PodConsole.Web.Account;

/// <summary>Registers accounts and sign-in.</summary>
internal static class AccountServices
{
    /// <summary>Tries at a password, by address of the client, in <see cref="SignInWindow"/>.</summary>
    public const int SignInsPerWindow = 20;

    /// <summary>Length of the window of <see cref="SignInsPerWindow"/>.</summary>
    public static readonly TimeSpan SignInWindow = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, SessionCookie.Configure);
        services.AddScoped<CurrentRequest>().AddTransient<IClaimsTransformation, SourceClaim>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "__Host-PodConsoleAntiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
        });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(LimitSignIns);
        });

        services.AddScoped<SignInForm>();
        services.AddSingleton<SetupCode>();
        services.AddScoped<AuthenticationStateProvider, SessionStateProvider>();
        services.AddCascadingAuthenticationState();
        return services;
    }

    private static RateLimitPartition<string> LimitSignIns(HttpContext context)
    {
        var guarded = HttpMethods.IsPost(context.Request.Method) && AccountPaths.Guarded.Any(path => context.Request.Path == path);
        return guarded
            ? RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = SignInsPerWindow, Window = SignInWindow })
            : RateLimitPartition.GetNoLimiter("");
    }
}
