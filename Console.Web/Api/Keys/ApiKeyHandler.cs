using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Api.Keys;

/// <summary>Knows a program by its key, sent as <c>Authorization: Bearer ppk_…</c> (RFC 6750).</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<ApiKeyOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyService keys, UserManager<User> users)
    : AuthenticationHandler<ApiKeyOptions>(options, loggers, encoder)
{
    /// <summary>The scheme's name.</summary>
    public new const string Scheme = "ApiKey";

    /// <summary>The claim that holds the key's row id.</summary>
    public const string KeyClaim = "pod-console/api-key";

    /// <summary>The claim of a key that no quota applies to.</summary>
    public const string UnlimitedClaim = "pod-console/unlimited";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(header.Parameter))
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(header.Parameter, Context.RequestAborted) is not { } key
            || await users.FindByIdAsync(key.UserId) is not { DisabledAt: null } user)
        {
            return AuthenticateResult.Fail("unknown key");
        }

        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, user.Id),
            new(KeyClaim, $"{key.Id}"),
            .. key.FromSettings ? [new Claim(UnlimitedClaim, "")] : Array.Empty<Claim>(),
            .. (await users.GetRolesAsync(user)).Select(role => new Claim(ClaimTypes.Role, role)),
        ];
        return AuthenticateResult.Success(new(new(new ClaimsIdentity(claims, Scheme)), Scheme));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        var detail = (await HandleAuthenticateOnceSafeAsync()).None ? "missing bearer token" : "invalid bearer token";
        await Problem.Of(StatusCodes.Status401Unauthorized, detail).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Of(StatusCodes.Status403Forbidden, "access denied").ExecuteAsync(Context);
}

/// <summary>The scheme has nothing to set.</summary>
internal sealed class ApiKeyOptions : AuthenticationSchemeOptions;
