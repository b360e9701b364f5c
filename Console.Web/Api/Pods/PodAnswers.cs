using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Pods;

/// <summary>Turns pods and results into answers of the contract.</summary>
internal sealed class PodAnswers(IEnumerable<IPodRuntime> runtimes, TimeProvider clock)
{
    /// <summary>No such pod, or not one that the caller may know of.</summary>
    public static IResult NotFound => Problem.NotFound("pod");

    public IResult List(IReadOnlyList<Pod> pods) => TypedResults.Json(new PodsAnswer([.. pods.Select(Document)]), ApiJson.Options);

    public IResult Ok(Pod pod) => TypedResults.Json(Document(pod), ApiJson.Options);

    public IResult Created(Pod pod) => TypedResults.Json(Document(pod), ApiJson.Options, statusCode: StatusCodes.Status201Created);

    /// <summary>The answer to a change.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="saved">The answer when it was saved.</param>
    public static IResult Of(PodResult result, Func<Pod, IResult> saved) => result switch
    {
        PodResult.Saved done => saved(done.Pod),
        PodResult.Invalid invalid when invalid.Errors.Any(error => error.Field == nameof(DeployRequest.TemplateId)) => Problem.NotFound("template"),
        PodResult.Invalid invalid => Problem.Invalid([.. invalid.Errors.Select(error => $"{ContainerBody.PathOf(error.Field)}: {error.Message}")]),
        PodResult.Refused refused => Problem.Of(StatusCodes.Status400BadRequest, refused.Message),
        PodResult.WrongStatus wrong => Problem.Of(StatusCodes.Status409Conflict, wrong.Message),
        PodResult.Locked => Problem.Of(StatusCodes.Status409Conflict, "The pod is locked. Unlock it first: PATCH {\"locked\":false}."),
        PodResult.Conflict => Problem.Of(StatusCodes.Status409Conflict, "Somebody else changed the pod at the same moment. Read it and try again."),
        _ => NotFound,
    };

    private PodAnswer Document(Pod pod) =>
        PodAnswer.Of(pod, runtimes.FirstOrDefault(runtime => runtime.Kind == pod.RuntimeKind), clock.GetUtcNow().UtcDateTime);
}
