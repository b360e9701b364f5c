using System.Security.Claims;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Web.Api.Bodies;
using PodConsole.Web.Api.Keys;
using PodConsole.Web.Api.Pods.Logs;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Pods;

/// <summary>Pods for programs. The rules are those of the pages: both ask <see cref="PodService"/>.</summary>
internal static class PodRoutes
{
    public static void MapPods(this IEndpointRouteBuilder api)
    {
        var pods = api.MapGroup("/pods").WithTags("Pods");
        pods.MapGet("", ListAsync).Describe("listPods", "List pods").Produces<PodsAnswer>();
        pods.MapPost("", CreateAsync).Describe("createPod", "Create a pod").Reads("CreatePodRequest", PodBody.ReadCreate)
            .Takes(DescribedParameter.IdempotencyKey).Produces<PodAnswer>(StatusCodes.Status201Created).Refuses(400, 404, 422);
        pods.MapGet("/{id}", GetAsync).Describe("getPod", "Get a pod").Produces<PodAnswer>().Refuses(404).OpenToPods();
        pods.MapPatch("/{id}", UpdateAsync).Describe("updatePod", "Update a pod",
            "What is left out stays. Ports, name and lock are live when it answers; a change of image, arguments, environment or disk resets the pod.")
            .Reads("UpdatePodRequest", PodBody.ReadUpdate).Produces<PodAnswer>().Refuses(400, 404, 409, 422);
        pods.MapDelete("/{id}", DeleteAsync).Describe("deletePod", "Terminate a pod").Produces(StatusCodes.Status204NoContent).Refuses(404, 409);
        pods.MapPost("/{id}/action", ActAsync).Describe("podAction", "Act on a pod", "Which actions a pod allows is in its `actions`.")
            .Reads("PodActionRequest", ReadAction).Produces<PodAnswer>().Produces(StatusCodes.Status204NoContent).Refuses(400, 404, 409, 422)
            .OpenToPods();
        pods.MapLogs();
        pods.MapPost("/{id}/reset", ResetAsync).Describe("resetPod", "Reset a pod",
            "It starts anew with an empty container disk, its volume, and new TCP mappings.")
            .Produces<PodAnswer>().Refuses(400, 404, 409);
        pods.MapPost("/{id}/migrate", MigrateAsync).Describe("migratePod", "Migrate a pod",
            "Moves a pod of Community Cloud to another public address with new TCP mappings, while it runs on.")
            .Produces<PodAnswer>().Refuses(400, 404, 409);
        pods.MapGet("/{id}/mappings", ListMappingsAsync).Describe("listPodMappings", "List changes of TCP mappings", "The latest first.")
            .Produces<MappingsAnswer>().Refuses(404).OpenToPods();
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, PodQueries queries, PodAnswers answers, CancellationToken cancellationToken) =>
        answers.List(await queries.ListOwnAsync(user.ToActor(), cancellationToken));

    private static async Task<IResult> GetAsync(
        string id, ClaimsPrincipal user, PodQueries queries, PodAnswers answers, CancellationToken cancellationToken) =>
        await FindAsync(id, user.ToActor(), queries, cancellationToken) is { } pod ? answers.Ok(pod) : PodAnswers.NotFound;

    private static async Task<IResult> CreateAsync(HttpContext context, ClaimsPrincipal user, PodService service, PodAnswers answers)
    {
        if (!IdempotencyKey.TryRead(context, out var key, out var badKey))
        {
            return badKey;
        }

        var (wanted, problem) = await JsonBody.ReadAsync(context, PodBody.ReadCreate);
        if ((problem ?? Obstacle(wanted!.Obstacle)) is { } refusal)
        {
            return refusal;
        }

        var request = new DeployRequest
        {
            TemplateId = wanted!.TemplateId,
            Cloud = wanted.Cloud,
            Compute = wanted.Compute,
            Overrides = wanted.Edit,
            MergeEnvironment = true,
            IdempotencyKey = key,
        };
        return PodAnswers.Of(await service.DeployAsync(user.ToActor(), request, context.RequestAborted), answers.Created);
    }

    private static async Task<IResult> UpdateAsync(
        string id, HttpContext context, ClaimsPrincipal user, PodQueries queries, PodService service, TemplateValues templates, PodAnswers answers)
    {
        var (wanted, problem) = await JsonBody.ReadAsync(context, PodBody.ReadUpdate);
        var actor = user.ToActor();
        if (await FindAsync(id, actor, queries, context.RequestAborted) is not { } pod)
        {
            return PodAnswers.NotFound;
        }

        if ((problem ?? Obstacle(wanted!.Obstacle)) is { } refusal)
        {
            return refusal;
        }

        var edit = ContainerBody.KeepUnsaid(wanted!.Edit, pod.Ports.Select(port => port.ToRequest()), pod.Environment);
        if (wanted.TemplateId is { } template)
        {
            if (await templates.FillAsync(actor, template, edit, context.RequestAborted) is not { } filled)
            {
                return Problem.NotFound("template");
            }

            edit = filled;
        }

        return PodAnswers.Of(await service.EditAsync(actor, pod.Id, null, edit, context.RequestAborted), answers.Ok);
    }

    private static async Task<IResult> DeleteAsync(
        string id, ClaimsPrincipal user, PodService service, CancellationToken cancellationToken) =>
        PodId.TryParse(id, out var podId)
            ? PodAnswers.Of(await service.TerminateAsync(user.ToActor(), podId, cancellationToken), _ => TypedResults.NoContent())
            : PodAnswers.NotFound;

    private static async Task<IResult> ActAsync(string id, HttpContext context, ClaimsPrincipal user, PodService service, PodAnswers answers)
    {
        var (action, problem) = await JsonBody.ReadAsync(context, ReadAction);
        if (!PodId.TryParse(id, out var podId))
        {
            return PodAnswers.NotFound;
        }

        var (actor, aborted) = (user.ToActor(), context.RequestAborted);
        if (actor.Pod is not null && action is not (null or "stop"))
        {
            return RouteScopes.PodMayNot;
        }

        return action switch
        {
            null => problem!,
            "start" => PodAnswers.Of(await service.StartAsync(actor, podId, aborted), answers.Ok),
            "stop" => PodAnswers.Of(await service.StopAsync(actor, podId, aborted), answers.Ok),
            "restart" => PodAnswers.Of(await service.RestartAsync(actor, podId, aborted), answers.Ok),
            _ => PodAnswers.Of(await service.TerminateAsync(actor, podId, aborted), _ => TypedResults.NoContent()),
        };
    }

    // Beyond the contract.
    private static async Task<IResult> ResetAsync(
        string id, ClaimsPrincipal user, PodService service, PodAnswers answers, CancellationToken cancellationToken) =>
        PodId.TryParse(id, out var podId)
            ? PodAnswers.Of(await service.ResetAsync(user.ToActor(), podId, cancellationToken), answers.Ok)
            : PodAnswers.NotFound;

    // Beyond the contract.
    private static async Task<IResult> MigrateAsync(
        string id, ClaimsPrincipal user, PodService service, PodAnswers answers, CancellationToken cancellationToken) =>
        PodId.TryParse(id, out var podId)
            ? PodAnswers.Of(await service.MigrateAsync(user.ToActor(), podId, cancellationToken), answers.Ok)
            : PodAnswers.NotFound;

    // Beyond the contract.
    private static async Task<IResult> ListMappingsAsync(
        string id, ClaimsPrincipal user, PodQueries queries, MappingHistory history, CancellationToken cancellationToken) =>
        await FindAsync(id, user.ToActor(), queries, cancellationToken) is { } pod
            ? TypedResults.Json(
                new MappingsAnswer([.. (await history.ReadAsync(user.ToActor(), pod.Id, cancellationToken)).Select(MappingAnswer.Of)]), ApiJson.Options)
            : PodAnswers.NotFound;

    private static string ReadAction(BodyReader body)
    {
        body.Require("action");
        return body.OneOf("action", "start", "stop", "restart", "terminate") ?? "";
    }

    private static async Task<Pod?> FindAsync(string id, Actor actor, PodQueries queries, CancellationToken cancellationToken) =>
        PodId.TryParse(id, out var podId) ? await queries.FindAsync(actor, podId, cancellationToken) : null;

    private static IResult? Obstacle(string? message) => message is null ? null : Problem.Of(StatusCodes.Status400BadRequest, message);
}
