using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Latency;

namespace PodConsole.Proxy.Http;

/// <summary>An answer of the gateway's own: what happened, why it most likely did, and what mends it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Cause">The likely cause, in a sentence.</param>
/// <param name="Fix">What to do, in a sentence.</param>
/// <param name="RetryAfter">Seconds after which another try makes sense; null for none.</param>
/// <param name="Refreshes">Whether a browser tries again by itself.</param>
/// <param name="Way">A way on that the page links to; null for none.</param>
internal sealed record GatewayAnswer(
    int Status, string Title, string Cause, string Fix, int? RetryAfter = null, bool Refreshes = false, GatewayLink? Way = null)
{
    /// <summary>What a 524 answer can show for itself.</summary>
    public SilenceEvidence? Evidence { get; init; }

    /// <summary>Whether the connection ends with it over HTTP/1.1, because what follows may not be what it seems.</summary>
    public bool Closes { get; init; }

    /// <summary>No such pod, no such port, or not one that the caller may know of: always the same.</summary>
    public static GatewayAnswer UnknownAddress { get; } = new(
        StatusCodes.Status404NotFound,
        "Nothing is exposed at this address",
        "The pod does not exist, does not expose this port, or is not shared with you.",
        "Check the address. If it is shared with people who sign in, sign in to open it.",
        Way: new("Sign in and open it", VisitPages.Start));

    /// <summary>A way in that was used before, took too long, or belongs to another browser.</summary>
    public static GatewayAnswer VisitExpired { get; } = new(
        StatusCodes.Status400BadRequest,
        "This sign-in has expired",
        "It was used before, took longer than a minute, or this browser does not keep cookies.",
        "Open the address again.",
        Way: new("Try again", VisitPages.Start));

    /// <summary>More requests than the port's owner allows.</summary>
    public static GatewayAnswer TooManyRequests { get; } = new(
        StatusCodes.Status429TooManyRequests,
        "Too many requests",
        "The owner of this port limits how many requests it takes, in all or from one address.",
        "Send fewer at once, and try again in a second.",
        RetryAfter: 1);

    /// <summary>More or longer headers than services usually take.</summary>
    public static GatewayAnswer HeadersTooLarge { get; } = new(
        StatusCodes.Status431RequestHeaderFieldsTooLarge,
        "The request's headers are too large",
        "Together they are longer than 32 KiB, or more than 100; mostly it is cookies that have piled up.",
        "Delete the cookies of this address, or send fewer and shorter headers.");

    /// <summary>A request body beyond the port's limit.</summary>
    public static GatewayAnswer BodyTooLarge { get; } = new(
        StatusCodes.Status413PayloadTooLarge,
        "The request is too large",
        "The owner of this port limits the size of what it takes.",
        "Send it in smaller parts, or ask the owner to raise the limit in the port's settings.");

    /// <summary>A request body that hardly comes.</summary>
    public static GatewayAnswer BodyTooSlow { get; } = new(
        StatusCodes.Status408RequestTimeout,
        "The request came too slowly",
        "Its body has a length, and next to nothing of it arrived for too long.",
        "Try again over a better connection, in smaller parts, or as a stream without a length.");

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
        "Send the request itself, without a tunnel.") { Closes = true };

    /// <summary>A request that cannot be passed on.</summary>
    public static GatewayAnswer BadRequest { get; } = new(
        StatusCodes.Status400BadRequest,
        "The request is malformed",
        "Its target, a header or its body is not valid HTTP, or it broke off.",
        "Percent-encode special characters in the address, send the whole body, and say its length in one way only.") { Closes = true };

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

    /// <summary>The port waits until what is open on it has ended.</summary>
    public static GatewayAnswer Draining { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        "The service takes no new requests",
        "Its owner is about to stop, restart or move it. Requests that run already are still being answered.",
        "Try again in a few minutes, or ask the owner when it is back.",
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
            "The pod is running, but none of its programs listens on this port yet.",
            $"Start the service in the pod and {runtime.BindHint}: this page tries again by itself.") with { RetryAfter = 2, Refreshes = true },
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
            "If it does, say so in the port's settings. If it is not a web service, expose the port as a TCP port."),
        ForwardResult.NotHttp2 => BadGateway(
            "The service does not speak HTTP/2",
            "The port's settings say that it does.",
            "Turn HTTP/2 off in the port's settings, or let the service speak it without an upgrade, as gRPC servers do."),
        ForwardResult.NoWebSocket => BadGateway(
            "The service opened no WebSocket",
            "It answered as it answers a request for a page.",
            "Check the address: the service may take WebSockets at another path."),
        ForwardResult.NotTls => BadGateway(
            "The service does not speak HTTPS",
            "The port's settings say that it does.",
            "Turn HTTPS off in the port's settings, or let the service speak TLS 1.2 or later."),
        ForwardResult.BodyNotTaken => BadGateway(
            "The service stopped reading the request",
            "It closed the connection while the body was being sent, as services do with uploads they refuse.",
            "Look into the pod's log; perhaps the service has a size limit of its own, or wants a sign-in first."),
        ForwardResult.NotHttp2OverTls => BadGateway(
            "The service does not speak HTTPS with HTTP/2",
            "The port's settings say that it does; perhaps it speaks only one of them.",
            "Turn HTTPS or HTTP/2 off in the port's settings, or let the service offer both (ALPN h2)."),
        ForwardResult.Silent => new(
            524,
            "The service did not answer in time",
            "Nothing was heard from it for as long as silence is allowed.",
            "Stream output while it works, answer with the id of a job to ask about later, allow more time in the port's "
            + "settings, or use a TCP port, which may be silent for longer."),
        ForwardResult.BodyTooLarge => BodyTooLarge,
        ForwardResult.BodyTooSlow => BodyTooSlow,
        ForwardResult.Withdrawn => BadGateway(
            "The port was withdrawn",
            "The port was removed, or the pod stopped or moved, while the request ran.",
            "Open the pod's Connect menu for its current addresses."),
        ForwardResult.BadRequest => BadRequest,
        _ => BadGateway(
            "The service broke off",
            "It closed the connection before it sent an answer. The request may have been carried out, so it was not repeated.",
            "Look into the pod's log, then try again. If it expects HTTPS, say so in the port's settings."),
    };

    private static GatewayAnswer BadGateway(string title, string cause, string fix) =>
        new(StatusCodes.Status502BadGateway, title, cause, fix);
}

/// <summary>A link on a page of the gateway's.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Path">Where it leads, at the same address.</param>
internal sealed record GatewayLink(string Text, string Path);
