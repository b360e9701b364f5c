namespace PodConsole.Web.Hosting;

/// <summary>What load balancers and supervisors ask.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps <c>/health/live</c> (the process answers) and <c>/health/ready</c> (it shall be sent traffic; else 503).</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").AllowAnonymous();
        health.MapGet("/live", () => Results.Text("live"));
        health.MapGet("/ready", (StopSignals signals) =>
            signals.IsStopping ? Results.Text("stopping", statusCode: StatusCodes.Status503ServiceUnavailable) : Results.Text("ready"));
    }
}
