using System.Globalization;
using System.Security.Claims;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Web.Api.Keys;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Pods.Logs;

/// <summary>A pod's output for programs, as it comes.</summary>
internal static class LogRoutes
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    public static void MapLogs(this IEndpointRouteBuilder pods) => pods.MapGet("/{id}/logs", ReadAsync)
        .Describe("getPodLogs", "Stream pod logs",
            "Server-sent events with `id: <ts>/<sequence>` and `data: {\"source\",\"line\",\"ts\"}`: first the lines that are there, then those that "
            + "come. A client that was cut sends the id of its last event as `Last-Event-ID`, and loses nothing.")
        .Takes(
            DescribedParameter.Word("source", "The pod's own output or the console's words about it; both without it.", "container", "system"),
            DescribedParameter.Number("tail", "How many of the lines that are there come first.", 0, LogParameters.MaxTail, LogParameters.DefaultTail),
            DescribedParameter.Time("since", "Only lines from then on; `tail` then does not apply."),
            new DescribedParameter("Last-Event-ID", "The id of the last event that the client has, or only its time.") { IsHeader = true })
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .Refuses(404, 409, 422).OpenToPods();

    private static async Task<IResult> ReadAsync(
        string id, HttpContext context, ClaimsPrincipal user, PodQueries queries, IEnumerable<IPodRuntime> runtimes, LogStreams streams,
        ApiCallers callers, PodFeed feed, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        var actor = user.ToActor();
        if (!PodId.TryParse(id, out var podId) || await queries.FindAsync(actor, podId, context.RequestAborted) is not { } pod)
        {
            return PodAnswers.NotFound;
        }

        var errors = new List<string>();
        var query = LogParameters.Read(context.Request, errors);
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        if (runtimes.FirstOrDefault(item => item.Kind == pod.RuntimeKind) is not { } runtime)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"The pod's runtime {pod.RuntimeKind} is not available here.");
        }

        var reader = actor.Pod?.Value ?? actor.UserId;
        if (!streams.TryEnter(reader))
        {
            context.Response.Headers.RetryAfter = RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return Problem.Of(StatusCodes.Status429TooManyRequests, $"An account may read {LogStreams.MaxPerAccount} logs at once.");
        }

        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            using var stream = new LogStream(context.Response.BodyWriter, MayStillReadAsync, ended);
            await stream.WriteAsync(runtime.ReadLogsAsync(podId, query, ended.Token), podId, feed, clock);
            return TypedResults.Empty;

            async Task<bool> MayStillReadAsync() =>
                await ApiKeyHandler.FindAgainAsync(context.Request, callers, ended.Token) is { } now
                    && await queries.FindAsync(now.ToActor(), podId, ended.Token) is not null;
        }
        finally
        {
            streams.Leave(reader);
        }
    }
}
