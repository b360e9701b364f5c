using System.Globalization;
using System.Security.Claims;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Web.Api.Keys;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Pods.Logs;

/// <summary>A pod's output for programs, as it comes.</summary>
internal static class LogRoutes
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    public static void MapLogs(this IEndpointRouteBuilder pods) => pods.MapGet("/{id}/logs", ReadAsync).OpenToPods();

    private static async Task<IResult> ReadAsync(
        string id, HttpContext context, ClaimsPrincipal user, PodQueries queries, IEnumerable<IPodRuntime> runtimes, LogStreams streams,
        PodFeed feed, TimeProvider clock, IHostApplicationLifetime lifetime)
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
            using var stream = new LogStream(
                context.Response.BodyWriter, async () => await queries.FindAsync(actor, podId, ended.Token) is not null, ended);
            await stream.WriteAsync(runtime.ReadLogsAsync(podId, query, ended.Token), podId, feed, clock);
            return TypedResults.Empty;
        }
        finally
        {
            streams.Leave(reader);
        }
    }
}
