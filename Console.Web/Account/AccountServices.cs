using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;

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
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "__Host-PodConsole";
            options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.Path = "/";
            options.ExpireTimeSpan = TimeSpan.FromDays(14);
            options.LoginPath = AccountPaths.SignIn;
            options.AccessDeniedPath = AccountPaths.SignIn;
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync;
        });
        services.AddIdentityCore<User>(options =>
        {
            // Length is what makes a password strong (NIST SP 800-63B); rules about characters only annoy.
            options.Password.RequiredLength = 10;
            options.Password.RequireDigit = options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            options.User.RequireUniqueEmail = true;
            options.Lockout.MaxFailedAccessAttempts = 5;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        })
        .AddRoles<IdentityRole>()
        .AddEntityFrameworkStores<ConsoleDbContext>()
        .AddSignInManager();

        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = TimeSpan.FromMinutes(1);
            options.OnRefreshingPrincipal = SessionEnds.KeepSessionAsync;
        });
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

        services.AddScoped<Registration>();
        services.AddScoped<SignInForm>();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<SessionEnds>();
        services.AddScoped<AuthenticationStateProvider, SessionStateProvider>();
        services.AddCascadingAuthenticationState();
        return services;
    }

    private static RateLimitPartition<string> LimitSignIns(HttpContext context)
    {
        var guarded = HttpMethods.IsPost(context.Request.Method)
            && (context.Request.Path == AccountPaths.SignIn || context.Request.Path == AccountPaths.Setup);
        return guarded
            ? RateLimitPartition.GetFixedWindowLimiter(context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = SignInsPerWindow, Window = SignInWindow })
            : RateLimitPartition.GetNoLimiter("");
    }
}
