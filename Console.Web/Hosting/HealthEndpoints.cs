namespace PodConsole.Web.Hosting;

/// <summary>What load balancers and supervisors ask.</summary>
internal static class HealthEndpoints
{
    /// <summary>All of them are below it.</summary>
    public const string Path = "/health";

    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (it shall be sent traffic; else 503).</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup(Path).AllowAnonymous();
        health.MapGet("/live", () => Results.Text("live"));
        health.MapGet("/ready", (StopSignals signals, FirstStart start) =>
            signals.IsStopping ? NotReady("stopping") : start.IsDone ? Results.Text("ready") : NotReady("starting"));
    }

    private static IResult NotReady(string reason) => Results.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable);
}
