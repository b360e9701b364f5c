using System.Security.Claims;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Settings;
using PodConsole.Web.Api.Bodies;
using PodConsole.Web.Api.Keys;
using PodConsole.Web.Api.Pods;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Ports;

/// <summary>Whether ports would fit, for programs. Beyond the contract, in its style.</summary>
internal static class PlanRoutes
{
    public static void MapPlans(this IEndpointRouteBuilder api) => api.MapPost("/ports/plan", PlanAsync).WithTags("Ports")
        .Describe("planPorts", "Plan ports", "Whether ports would fit, and on which numbers: a proposal, not a reservation.")
        .Reads("PlanPortsRequest", body => Read(body, int.MaxValue)).Produces<PlanAnswer>().Refuses(400, 404, 422).NeedsScope(ApiScopes.Read);

    private static async Task<IResult> PlanAsync(
        HttpContext context, ClaimsPrincipal user, PortPlanner planner, IOptions<GatewaySettings> gateway)
    {
        var (request, problem) = await JsonBody.ReadAsync(context, body => Read(body, gateway.Value.MaxTcpPorts));
        if (problem is not null)
        {
            return problem;
        }

        var (podId, wanted) = request!;
        if (podId is not null && wanted.PodId is null)
        {
            return PodAnswers.NotFound;
        }

        var plan = await planner.PlanAsync(user.ToActor(), wanted, cancellationToken: context.RequestAborted);
        return plan is not null ? TypedResults.Json(PlanAnswer.Of(plan), ApiJson.Options)
            : podId is not null ? PodAnswers.NotFound
            : Problem.Of(StatusCodes.Status400BadRequest, $"{wanted.Cloud} Cloud has no public address here. Choose the other cloud.");
    }

    private static PlanBody Read(BodyReader body, int maxTcpPorts)
    {
        body.Require("ports");
        var podId = body.String("podId", minLength: 1);
        var cloud = body.OneOf("cloud", "SECURE", "COMMUNITY");
        var ports = ContainerBody.ReadPorts(body) ?? [];
        foreach (var error in PortRules.Check(ports, maxTcpPorts))
        {
            body.Fail("ports", error.Message);
        }

        return new(podId, new()
        {
            PodId = PodId.TryParse(podId, out var id) ? id : null,
            Cloud = cloud == "COMMUNITY" ? CloudType.Community : CloudType.Secure,
            Ports = ports,
            ResetsPod = body.Boolean("reset") == true,
        });
    }

    private sealed record PlanBody(string? PodId, PortPlanRequest Plan);
}
