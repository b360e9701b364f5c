using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Proxy.Http.Access;

/// <summary>What the console has to do with visits to restricted ports: it lets its users in, and makes the links they share.</summary>
public sealed class PodVisits
{
    /// <summary>Where on the console a visitor of a pod is sent: followed by <c>/{podId}-{port}</c>.</summary>
    public const string OpenPath = "/open";

    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(1);

    private readonly RouteTable _routes;
    private readonly Tickets _tickets;
    private readonly TimeProvider _clock;
    private readonly PodSite _site;

    internal PodVisits(
        RouteTable routes, Tickets tickets, IOptions<GatewaySettings> gateway, IOptions<ConsoleSettings> console, TimeProvider clock)
    {
        (_routes, _tickets, _clock) = (routes, tickets, clock);
        _site = new(gateway.Value.ProxyDomain, new Uri(console.Value.PublicUrl).Port);
    }

    /// <summary>Where on the console a port is opened, whoever may reach it.</summary>
    public static string PathOf(PodId podId, int port) => $"{OpenPath}/{PodHost.LabelOf(podId, port)}";

    /// <summary>Where a signed-in user goes on to; null when there is no such port, or not for this user, or not from his network.</summary>
    /// <param name="address"><c>{podId}-{port}</c>, as sent.</param>
    /// <param name="userId">The account.</param>
    /// <param name="stamp">The account's security stamp.</param>
    /// <param name="state">What the pod's address sent along; null when the visitor comes from the console.</param>
    /// <param name="client">The network address that he comes from; null when it is unknown.</param>
    public Uri? Open(string address, string userId, string stamp, string? state, IPAddress? client)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        if (!PodHost.TryParse($"{address}.{_site.Domain}", _site.Domain, out var host)
            || !_routes.TryFind(host.PodId, out var pod) || pod.Find(host.Port) is not { } route
            || !route.Rules.Access.IsWithinBounds(client, now) || !route.Rules.Access.Admits(userId, pod.OwnerId))
        {
            return null;
        }

        var url = _site.UrlOf(pod.PodId, route.Port);
        var label = PodHost.LabelOf(pod.PodId, route.Port);
        var visit = _tickets.Open<VisitState>(state, label);
        if (route.Rules.Access.Audience == PortAudience.Everyone)
        {
            return new(url, visit?.ReturnPath ?? "/");
        }

        if (visit is null)
        {
            return new(url, VisitPages.Start);
        }

        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var code = new VisitCode(label, now + CodeLife, id, now, new(userId, stamp), visit.Nonce, visit.ReturnPath);
        return new(url, $"{VisitPages.Enter}?code={_tickets.Seal(code)}");
    }

    /// <summary>The address to share for a link of a port.</summary>
    public Uri LinkOf(PodId podId, int port, PortGrant link)
    {
        var ticket = new SharedLink(PodHost.LabelOf(podId, port), link.ExpiresAt ?? DateTime.MaxValue, link.Id);
        return new(_site.UrlOf(podId, port), $"{VisitPages.Link}?t={_tickets.Seal(ticket)}");
    }
}
