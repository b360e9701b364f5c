using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;
using PodConsole.Proxy.Http.Access;

namespace PodConsole.Web.Connect;

/// <summary>The way from the console into a port, and for visitors of a restricted port the way through sign-in.</summary>
internal static class VisitEndpoints
{
    public static void MapVisits(this IEndpointRouteBuilder routes) =>
        routes.MapGet($"{PodVisits.OpenPath}/{{address}}", OpenAsync);

    private static async Task<IResult> OpenAsync(
        HttpContext context, string address, string? state, PodVisits visits, UserManager<User> users)
    {
        context.Response.Headers.CacheControl = "no-store";
        var user = await users.GetUserAsync(context.User);
        return user is not null && visits.Open(address, user.Id, user.SecurityStamp ?? "", state, context.Connection.RemoteIpAddress) is { } target
            ? Results.Redirect(target.AbsoluteUri)
            : Results.NotFound();
    }
}
