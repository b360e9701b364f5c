using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;

namespace PodConsole.Web.Api.Pods;

/// <summary>A drain as programs see it.</summary>
/// <param name="Action">What is done at its end.</param>
/// <param name="Ports">The ports that take nothing new.</param>
/// <param name="OpenConnections">Requests and connections that are waited for now.</param>
/// <param name="Until">When it is done however many are open, UTC.</param>
internal sealed record DrainAnswer(string Action, IReadOnlyList<string> Ports, int OpenConnections, DateTime Until)
{
    /// <summary>Actions as programs write them.</summary>
    public static IReadOnlyDictionary<DrainAction, string> Actions { get; } = new Dictionary<DrainAction, string>
    {
        [DrainAction.Stop] = "stop",
        [DrainAction.Restart] = "restart",
        [DrainAction.Reset] = "reset",
        [DrainAction.Migrate] = "migrate",
        [DrainAction.Terminate] = "terminate",
        [DrainAction.RemovePorts] = "remove-ports",
    };

    /// <summary>The answer for a pod that waits for nothing.</summary>
    public static IResult None => Problem.NotFound("drain");

    /// <summary>The answer for a pod.</summary>
    public static IResult Of(Pod pod, IPortPublisher publisher, int status) => pod.Drain is not { } drain ? None
        : TypedResults.Json(
            new DrainAnswer(
                Actions[drain.Action],
                [.. pod.Ports.OrderBy(port => port.Id).Where(port => drain.Covers(port.Key)).Select(port => $"{port.Key}")],
                drain.CountOpen(pod, publisher), drain.Until),
            ApiJson.Options, statusCode: status);
}
