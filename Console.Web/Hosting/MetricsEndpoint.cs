using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;
using PodConsole.Proxy.Metrics;
using PodConsole.Web.Api.Keys;

namespace PodConsole.Web.Hosting;

/// <summary>Serves <c>/metrics</c> to administrators, signed in or with a key; for everybody else it is not there.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", WriteAsync).AllowAnonymous();

    private static async Task WriteAsync(HttpContext context, GatewayMetrics metrics)
    {
        if (await IsAdminAsync(context, IdentityConstants.ApplicationScheme) || await IsAdminAsync(context, ApiKeyHandler.Scheme))
        {
            context.Response.ContentType = GatewayMetrics.ContentType;
            await metrics.WriteAsync(context.Response.Body, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    private static async Task<bool> IsAdminAsync(HttpContext context, string scheme) =>
        (await context.AuthenticateAsync(scheme)).Principal?.IsInRole(Roles.Admin) == true;
}
