using System.Globalization;
using System.Security.Claims;

namespace PodConsole.Web.Api.Keys;

/// <summary>Holds each key to its quota, and tells it in every answer how it stands.</summary>
internal sealed class QuotaFilter(RequestQuota quota) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var result = quota.Take(
            http.User.FindFirstValue(ApiKeyHandler.KeyClaim)!, http.User.HasClaim(claim => claim.Type == ApiKeyHandler.UnlimitedClaim));

        // On starting: the handler of faults clears the headers that are there before.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers["RateLimit"] = result.RateLimit;
            http.Response.Headers["RateLimit-Policy"] = quota.Policy;
            http.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (result.FullWindow is null)
        {
            return next(context);
        }

        http.Response.Headers.RetryAfter = result.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult<object?>(
            Problem.Of(StatusCodes.Status429TooManyRequests, $"rate limit exceeded for the {result.FullWindow} window"));
    }
}
