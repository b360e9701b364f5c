using System.Security.Claims;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Web.Api.Bodies;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Pods;

/// <summary>Waiting until a pod's connections have ended, for programs. Beyond the contract, in its style.</summary>
internal static class DrainRoutes
{
    private const string RemovePorts = "remove-ports";

    public static void MapDrains(this IEndpointRouteBuilder api)
    {
        var drain = api.MapGroup("/pods/{id}/drain").WithTags("Pods");
        drain.MapPost("", BeginAsync).Describe("drainPod", "Drain a pod",
            "Its ports take nothing new. When the last connection has ended, or after 5 minutes, the action is done. `ports` are those to remove.")
            .Reads("DrainPodRequest", Read).Produces<DrainAnswer>(StatusCodes.Status202Accepted).Refuses(400, 404, 409, 422);
        drain.MapGet("", GetAsync).Describe("getPodDrain", "Get the drain of a pod").Produces<DrainAnswer>().Refuses(404);
        drain.MapDelete("", CancelAsync).Describe("cancelPodDrain", "Take the drain of a pod back", "The ports take new connections again.")
            .Produces(StatusCodes.Status204NoContent).Refuses(404, 409);
    }

    private static async Task<IResult> BeginAsync(
        string id, HttpContext context, ClaimsPrincipal user, PodQueries queries, PodService service, IPortPublisher publisher)
    {
        var (wanted, problem) = await JsonBody.ReadAsync(context, Read);
        var (actor, aborted) = (user.ToActor(), context.RequestAborted);
        if (await FindAsync(id, actor, queries, aborted) is not { } pod)
        {
            return PodAnswers.NotFound;
        }

        if (wanted is null)
        {
            return problem!;
        }

        if (wanted.Action != DrainAction.RemovePorts)
        {
            return Answer(await service.DrainAsync(actor, pod.Id, wanted.Action, aborted));
        }

        var removed = wanted.Ports.Select(port => port.Key).ToHashSet();
        if (removed.FirstOrDefault(key => !pod.Ports.Exists(port => port.Key == key)) is { Number: > 0 } unknown)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, $"The pod does not expose {unknown}.");
        }

        var kept = pod.Ports.Where(port => !removed.Contains(port.Key)).Select(port => port.ToRequest());
        return Answer(await service.EditAsync(actor, pod.Id, pod.Version, new() { Ports = [.. kept], DrainsRemoved = true }, aborted));

        IResult Answer(PodResult result) => PodAnswers.Of(result, saved => DrainAnswer.Of(saved, publisher, StatusCodes.Status202Accepted));
    }

    private static async Task<IResult> GetAsync(
        string id, ClaimsPrincipal user, PodQueries queries, IPortPublisher publisher, CancellationToken cancellationToken) =>
        await FindAsync(id, user.ToActor(), queries, cancellationToken) is { } pod
            ? DrainAnswer.Of(pod, publisher, StatusCodes.Status200OK)
            : PodAnswers.NotFound;

    private static async Task<IResult> CancelAsync(
        string id, ClaimsPrincipal user, PodQueries queries, PodService service, CancellationToken cancellationToken)
    {
        var actor = user.ToActor();
        return await FindAsync(id, actor, queries, cancellationToken) is not { } pod ? PodAnswers.NotFound
            : pod.Drain is not { } drain ? DrainAnswer.None
            : PodAnswers.Of(await service.CancelDrainAsync(actor, pod.Id, drain, cancellationToken), _ => TypedResults.NoContent());
    }

    private static DrainBody Read(BodyReader body)
    {
        body.Require("action");
        var action = body.OneOf("action", "stop", "restart", "reset", "migrate", "terminate", RemovePorts);
        if (action == RemovePorts)
        {
            body.Require("ports");
        }

        return new(DrainAnswer.Actions.FirstOrDefault(pair => pair.Value == action).Key, ContainerBody.ReadPorts(body) ?? []);
    }

    private static async Task<Pod?> FindAsync(string id, Actor actor, PodQueries queries, CancellationToken cancellationToken) =>
        PodId.TryParse(id, out var podId) ? await queries.FindAsync(actor, podId, cancellationToken) : null;

    private sealed record DrainBody(DrainAction Action, IReadOnlyList<PortRequest> Ports);
}
