using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Proxy.Http;

/// <summary>An answer of the gateway's own: what happened, why it most likely did, and what mends it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Cause">The likely cause, in a sentence.</param>
/// <param name="Fix">What to do, in a sentence.</param>
/// <param name="RetryAfter">Seconds after which another try makes sense; null for none.</param>
/// <param name="Refreshes">Whether a browser tries again by itself.</param>
/// <param name="OffersSignIn">Whether the page links to the console.</param>
internal sealed record GatewayAnswer(
    int Status, string Title, string Cause, string Fix, int? RetryAfter = null, bool Refreshes = false, bool OffersSignIn = false)
{
    /// <summary>No such pod, no such port, or not one that the caller may know of: always the same.</summary>
    public static GatewayAnswer UnknownAddress { get; } = new(
        StatusCodes.Status404NotFound,
        "Nothing is exposed at this address",
        "The pod does not exist, does not expose this port, or is not shared with you.",
        "Check the address, or sign in and open the pod's Connect menu.",
        OffersSignIn: true);

    /// <summary>A host name that is neither the console's nor a pod's.</summary>
    public static GatewayAnswer NotOurHost { get; } = new(
        StatusCodes.Status421MisdirectedRequest,
        "This server does not serve this host name",
        "The request's host name is neither the console's nor a pod's.",
        "Open the console at the address that its owner configured (Console:PublicUrl).");

    /// <summary>A CONNECT that does not open a WebSocket.</summary>
    public static GatewayAnswer ConnectRefused { get; } = new(
        StatusCodes.Status405MethodNotAllowed,
        "CONNECT is not allowed",
        "The gateway is not a forward proxy: CONNECT only opens WebSockets over HTTP/2.",
        "Send the request itself, without a tunnel.");

    /// <summary>A request that cannot be passed on.</summary>
    public static GatewayAnswer BadRequest { get; } = new(
        StatusCodes.Status400BadRequest,
        "The request is malformed",
        "Its target or its body is not valid HTTP, or it broke off.",
        "Percent-encode special characters in the address and send the whole body.");

    /// <summary>The pod is about to run.</summary>
    public static GatewayAnswer Starting { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        "The pod is starting",
        "Its program is not running yet.",
        "Wait a moment: this page tries again by itself.",
        RetryAfter: 2,
        Refreshes: true);

    /// <summary>The pod does not run.</summary>
    public static GatewayAnswer NotRunning { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        "The pod is not running",
        "It was stopped, or its program ended.",
        "Start it in the console; its log says why it ended.",
        RetryAfter: 30);

    /// <summary>The gateway itself is about to stop.</summary>
    public static GatewayAnswer Stopping { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        "The gateway is stopping",
        "The console is being stopped or restarted.",
        "Try again in a moment.",
        RetryAfter: 5);

    /// <summary>The answer to a request that was not forwarded, or got nothing back.</summary>
    public static GatewayAnswer For(ForwardResult result, RuntimeCapabilities runtime) => result switch
    {
        ForwardResult.NobodyListens => BadGateway(
            "Nothing listens on this port",
            "The pod is running, but none of its programs listens on this port.",
            $"Start the service in the pod and {runtime.BindHint}."),
        ForwardResult.HeldByOther => BadGateway(
            "Another program holds this port",
            "A program outside the pod answers on this port, and the gateway does not connect to it.",
            $"Stop that program or use another port; in the pod, {runtime.BindHint}."),
        ForwardResult.NoAnswer => BadGateway(
            "The service does not accept connections",
            "The connection to the pod was refused, or not answered within 5 seconds.",
            $"Look into the pod's log, restart the service if it hangs, and {runtime.BindHint}."),
        ForwardResult.NotHttp => BadGateway(
            "The service does not speak HTTP",
            "What it sent is not an HTTP answer; perhaps it expects HTTPS.",
            "Let it serve plain HTTP, since the gateway adds HTTPS, or expose the port as a TCP port."),
        ForwardResult.BodyNotTaken => BadGateway(
            "The service stopped reading the request",
            "It closed the connection while the body was being sent, as services do with uploads they refuse.",
            "Look into the pod's log; perhaps the service has a size limit of its own, or wants a sign-in first."),
        ForwardResult.Silent => new(
            524,
            "The service did not answer in time",
            "Nothing was heard from it for as long as silence is allowed.",
            "Answer sooner, for example with the id of a job to ask about later, or stream output while it works."),
        ForwardResult.Withdrawn => BadGateway(
            "The port was withdrawn",
            "The port was removed, or the pod stopped or moved, while the request ran.",
            "Open the pod's Connect menu for its current addresses."),
        ForwardResult.BadRequest => BadRequest,
        _ => BadGateway(
            "The service broke off",
            "It closed the connection before it sent an answer. The request may have been carried out, so it was not repeated.",
            "Look into the pod's log, then try again."),
    };

    private static GatewayAnswer BadGateway(string title, string cause, string fix) =>
        new(StatusCodes.Status502BadGateway, title, cause, fix);
}
