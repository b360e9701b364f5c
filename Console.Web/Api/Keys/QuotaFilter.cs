using System.Globalization;
using System.Security.Claims;

namespace PodConsole.Web.Api.Keys;

/// <summary>Holds each key to its quota, and tells it in every answer how it stands.</summary>
internal sealed class QuotaFilter(RequestQuota quota) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        quota.TakeFor(context.HttpContext) is { } refusal ? ValueTask.FromResult<object?>(refusal) : next(context);
}

/// <summary>Takes a request of its key's quota, also for answers that no endpoint gives.</summary>
internal static class QuotaTaking
{
    /// <summary>Takes it, and has the answer tell how the key stands.</summary>
    /// <returns>The answer when the quota is used up; null otherwise.</returns>
    public static IResult? TakeFor(this RequestQuota quota, HttpContext context)
    {
        var result = quota.Take(context.User.FindFirstValue(KeyClaims.Key)!, context.User.HasClaim(claim => claim.Type == KeyClaims.Unlimited));

        // On starting: the handler of faults clears the headers that are there before.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["RateLimit"] = result.RateLimit;
            context.Response.Headers["RateLimit-Policy"] = quota.Policy;
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (result.FullWindow is null)
        {
            return null;
        }

        context.Response.Headers.RetryAfter = result.RetryAfter.ToString(CultureInfo.InvariantCulture);
        return Problem.Of(StatusCodes.Status429TooManyRequests, $"rate limit exceeded for the {result.FullWindow} window");
    }
}
