using System.Net;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Limits;
using PodConsole.Proxy.Http.WebSockets;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http;

/// <summary>
/// What a route's options mean for a request: made once for each edit, read by every request. Immutable, but for the counts of
/// its limits.
/// </summary>
internal sealed class RouteRules
{
    private RouteRules(PortOptions options, IReadOnlyList<PortGrant> grants, RouteLimits? limits, GatewaySettings settings)
    {
        var asked = options.ResponseTimeout ?? settings.ResponseTimeout;
        (Options, Grants, Limits) = (options, grants, limits);
        Access = new AccessRules(options, grants);
        Silence = asked < settings.MaxResponseTimeout ? asked : settings.MaxResponseTimeout;
        Forwarding = Forward(options.Http2 ? HttpVersion.Version20 : HttpVersion.Version11, Silence);
        WebSockets = Forward(HttpVersion.Version11, settings.MaxResponseTimeout + TimeSpan.FromMinutes(1));
    }

    /// <summary>What the owner set.</summary>
    public PortOptions Options { get; }

    /// <summary>Who may come in.</summary>
    public AccessRules Access { get; }

    /// <summary>How much may come in; null for anything.</summary>
    public RouteLimits? Limits { get; }

    /// <summary>How long silence is allowed.</summary>
    public TimeSpan Silence { get; }

    /// <summary>How requests are forwarded.</summary>
    public ForwarderRequestConfig Forwarding { get; }

    /// <summary>
    /// How WebSockets are forwarded: services that offer HTTP/2 too take them over HTTP/1.1. <see cref="WebSocketSession"/>
    /// ends silent ones, also after an edit allowed them more silence; the forwarder would only cut them.
    /// </summary>
    public ForwarderRequestConfig WebSockets { get; }

    private IReadOnlyList<PortGrant> Grants { get; }

    /// <summary>The rules of ports nobody set anything for, which all of them share.</summary>
    public static RouteRules Default(GatewaySettings settings) => new(PortOptions.Default, [], null, settings);

    /// <summary>The rules of a wanted route, which go on counting where those before them were.</summary>
    public static RouteRules Of(WantedRoute wanted, GatewaySettings settings, TimeProvider clock, RouteRules? before) =>
        new(wanted.Options, wanted.Grants, RouteLimits.Of(wanted.Options, clock, before?.Limits), settings);

    /// <summary>Whether they are those of a wanted route.</summary>
    public bool Are(WantedRoute wanted) => Options == wanted.Options && Grants.SequenceEqual(wanted.Grants);

    private static ForwarderRequestConfig Forward(Version version, TimeSpan silence) =>
        new() { ActivityTimeout = silence, Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
}
