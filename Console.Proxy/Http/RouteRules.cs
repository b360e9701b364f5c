using System.Net;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http.Access;
using PodConsole.Proxy.Http.Limits;
using PodConsole.Proxy.Http.WebSockets;
using Yarp.ReverseProxy.Forwarder;

namespace PodConsole.Proxy.Http;

/// <summary>What a route's options mean for a request: made once for each edit, read by every request. Immutable.</summary>
internal sealed class RouteRules
{
    private RouteRules(WantedRoute wanted, AccessRules access, RouteLimits? limits, TimeSpan silence, TimeSpan longestSilence)
    {
        var options = wanted.Options;
        (Wanted, Access, Limits, Silence) = (wanted, access, limits, silence);
        Forwarding = Forward(options.Http2 ? HttpVersion.Version20 : HttpVersion.Version11, silence);
        WebSockets = Forward(HttpVersion.Version11, longestSilence + TimeSpan.FromMinutes(1));
    }

    /// <summary>What they were made from.</summary>
    public WantedRoute Wanted { get; }

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

    /// <summary>The rules of a wanted route. Limits that stay keep their count.</summary>
    public static RouteRules Of(WantedRoute wanted, GatewaySettings settings, RouteRules? before)
    {
        var asked = wanted.Options.ResponseTimeout ?? settings.ResponseTimeout;
        var silence = asked < settings.MaxResponseTimeout ? asked : settings.MaxResponseTimeout;
        var limits = before is not null && RouteLimits.AreSame(before.Wanted.Options, wanted.Options)
            ? before.Limits
            : RouteLimits.Of(wanted.Options);
        return new(wanted, new AccessRules(wanted.Options, wanted.Grants), limits, silence, settings.MaxResponseTimeout);
    }

    private static ForwarderRequestConfig Forward(Version version, TimeSpan silence) =>
        new() { ActivityTimeout = silence, Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
}
