using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.Http.Access;

/// <summary>
/// The one place where it is decided who may reach a port, for every method, upgrade and protocol. The networks and the
/// closing time hold for everyone; then a token, or the cookie of a browser that the console or a link let in.
/// </summary>
internal sealed class AccessGate(Tickets tickets, IVisitorDirectory accounts, TimeProvider clock)
{
    /// <summary>The cookie of a browser that was let in.</summary>
    public const string Cookie = CookieRules.ConsolePrefix + "Visitor";

    /// <summary>
    /// By which right a request may go to a route; null when it may not. That is told to nobody: the answer is that of an unknown
    /// address.
    /// </summary>
    public ValueTask<Admission?> AdmitAsync(HttpContext context, PodRoutes pod, HttpRoute route)
    {
        var access = route.Rules.Access;
        var now = clock.GetUtcNow().UtcDateTime;
        if (access.IsOpen)
        {
            return new(access.Anyone);
        }

        var (tokenHash, visitor) = Read(context.Request, pod.PodId.Value, route.Port);
        if (!access.IsWithinBounds(context.Connection.RemoteIpAddress, now))
        {
            return default;
        }

        if (access.Audience == PortAudience.Everyone)
        {
            return new(access.Anyone);
        }

        if (tokenHash is not null && access.FindToken(tokenHash, now) is { } token)
        {
            return new(new Admission(access, GrantId: token.Id));
        }

        return visitor is not null ? AdmitAsync(context, visitor, pod, access) : default;
    }

    /// <summary>
    /// Does for an address where nothing is what is done for one that does not let the request in: the time that an answer
    /// takes is to tell nobody which of the two it is.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="podId">The pod's id as sent.</param>
    /// <param name="port">The port.</param>
    public void Pretend(HttpRequest request, string podId, int port) => _ = Read(request, podId.ToLowerInvariant(), port);

    /// <summary>Whether a link may be opened.</summary>
    public bool AdmitsLink(HttpContext context, HttpRoute route, string linkId)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return route.Rules.Access.IsWithinBounds(context.Connection.RemoteIpAddress, now) && route.Rules.Access.HasLink(linkId, now);
    }

    // What a request shows for itself, whatever the port's rules are.
    private (string? TokenHash, Visitor? Visitor) Read(HttpRequest request, string podId, int port) =>
        (PodToken.Of(request.Headers) is { } token ? PortGrant.HashOf(token) : null,
        request.Cookies[Cookie] is { } cookie && !ForeignPage.Sent(request, podId) ? tickets.Open<Visitor>(cookie, PodHost.LabelOf(podId, port)) : null);

    private async ValueTask<Admission?> AdmitAsync(HttpContext context, Visitor visitor, PodRoutes pod, AccessRules access)
    {
        if (visitor.LinkId is { } link)
        {
            return access.HasLink(link, clock.GetUtcNow().UtcDateTime) ? new(access, GrantId: link) : null;
        }

        if (visitor.User is not { } user || !access.Admits(user.Id, pod.OwnerId))
        {
            return null;
        }

        var whenOut = accounts.WhenOut(user.Id);
        if (await accounts.FindAsync(user.Id) is not { } account || account.Stamp != user.Stamp || account.SignedOutAt >= visitor.IssuedAt)
        {
            return null;
        }

        // What goes on for long, such as a WebSocket, ends with the visit.
        context.Response.RegisterForDispose(whenOut.Register(context.Abort));
        return new(access, UserId: user.Id);
    }
}
