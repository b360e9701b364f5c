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

    /// <summary>
    /// Who shows the request's key now; null when the key is good no longer. For answers that take so long that what was found out
    /// at their beginning may not hold any more.
    /// </summary>
    public static async Task<ClaimsPrincipal?> FindAgainAsync(HttpRequest request, ApiCallers callers, CancellationToken cancellationToken) =>
        KeyOf(request) is { } key && await callers.FindAsync(key, cancellationToken) is { } caller ? PrincipalOf(caller) : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        KeyOf(Request) is not { } key ? AuthenticateResult.NoResult()
        : await callers.FindAsync(key, Context.RequestAborted) is { } caller ? AuthenticateResult.Success(new(PrincipalOf(caller), Scheme))
        : AuthenticateResult.Fail("unknown key");

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        var detail = (await HandleAuthenticateOnceSafeAsync()).None ? "missing bearer token" : "invalid bearer token";
        await Problem.Of(StatusCodes.Status401Unauthorized, detail).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        (quota.TakeFor(Context) ?? Problem.Of(StatusCodes.Status403Forbidden, RouteScopes.FindObstacle(Context) ?? "access denied")).ExecuteAsync(Context);

    private static string? KeyOf(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrEmpty(header.Parameter) ? header.Parameter : null;

    private static ClaimsPrincipal PrincipalOf(ApiCaller caller) => new(new ClaimsIdentity(KeyClaims.Of(caller), Scheme));
}

/// <summary>The scheme has nothing to set.</summary>
internal sealed class ApiKeyOptions : AuthenticationSchemeOptions;
