using System.Security.Claims;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Web.Api.Keys;
using PodConsole.Web.Api.Pods;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Ports;

/// <summary>The ports of a pod as the outside world sees them now. Beyond the contract, in its style.</summary>
internal static class PortRoutes
{
    public static void MapPorts(this IEndpointRouteBuilder api) => api.MapGet("/pods/{id}/ports", ListAsync).WithTags("Pods")
        .Describe("listPodPorts", "List ports", "Each with address, state, health and access, as the outside world sees it now.")
        .Produces<PortsAnswer>().Refuses(404).OpenToPods();

    private static async Task<IResult> ListAsync(
        string id, ClaimsPrincipal user, PodQueries queries, IPortPublisher publisher, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!PodId.TryParse(id, out var podId) || await queries.FindAsync(user.ToActor(), podId, cancellationToken) is not { } pod)
        {
            return PodAnswers.NotFound;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return TypedResults.Json(new PortsAnswer([.. publisher.Find(podId).Ports.Select(port => PortAnswer.Of(port, pod, now))]), ApiJson.Options);
    }
}
