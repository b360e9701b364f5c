using System.Globalization;
using System.Security.Claims;
using PodConsole.Domain.Connections;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Connections;

/// <summary>Live connections for programs: of one's own pods; with an administrator's key, of all.</summary>
internal static class ConnectionRoutes
{
    public static void MapConnections(this IEndpointRouteBuilder api)
    {
        var connections = api.MapGroup("/connections").WithTags("Connections");
        connections.MapGet("", ListAsync).Describe("listConnections", "List live connections").Produces<ConnectionsAnswer>();
        connections.MapDelete("/{id}", EndAsync).Describe("endConnection", "End a connection").Produces(StatusCodes.Status204NoContent).Refuses(404);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, ConnectionService service, CancellationToken cancellationToken)
    {
        var list = await service.ListAsync(user.ToActor(), cancellationToken: cancellationToken);
        return TypedResults.Json(
            new ConnectionsAnswer([.. list.Open.OrderBy(connection => connection.Id).Select(ConnectionAnswer.Of)]), ApiJson.Options);
    }

    private static async Task<IResult> EndAsync(string id, ClaimsPrincipal user, ConnectionService service, CancellationToken cancellationToken) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && await service.EndAsync(user.ToActor(), number, cancellationToken)
            ? TypedResults.NoContent()
            : Problem.NotFound("connection");
}
