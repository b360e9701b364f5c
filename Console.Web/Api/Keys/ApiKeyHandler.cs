using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Web.Api.Keys;

/// <summary>Knows a program by its key, sent as <c>Authorization: Bearer ppk_…</c> (RFC 6750).</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<ApiKeyOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiCallers callers, RequestQuota quota)
    : AuthenticationHandler<ApiKeyOptions>(options, loggers, encoder)
{
    /// <summary>The scheme's name.</summary>
    public new const string Scheme = "ApiKey";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || string.IsNullOrEmpty(header.Parameter))
        {
            return AuthenticateResult.NoResult();
        }

        return await callers.FindAsync(header.Parameter, Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new(new(new ClaimsIdentity(KeyClaims.Of(caller), Scheme)), Scheme))
            : AuthenticateResult.Fail("unknown key");
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        var detail = (await HandleAuthenticateOnceSafeAsync()).None ? "missing bearer token" : "invalid bearer token";
        await Problem.Of(StatusCodes.Status401Unauthorized, detail).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        (quota.TakeFor(Context) ?? Problem.Of(StatusCodes.Status403Forbidden, RouteScopes.FindObstacle(Context) ?? "access denied")).ExecuteAsync(Context);
}

/// <summary>The scheme has nothing to set.</summary>
internal sealed class ApiKeyOptions : AuthenticationSchemeOptions;
