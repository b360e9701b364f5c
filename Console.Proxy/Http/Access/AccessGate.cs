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

    /// <summary>Whether a request may go to a route. A no is told to nobody: the answer is that of an unknown address.</summary>
    public ValueTask<bool> AdmitsAsync(HttpContext context, PodRoutes pod, HttpRoute route)
    {
        var access = route.Rules.Access;
        var now = clock.GetUtcNow().UtcDateTime;
        if (access.IsOpen)
        {
            return new(true);
        }

        var (tokenHash, visitor) = Read(context.Request, pod.PodId.Value, route.Port);
        if (!access.IsWithinBounds(context.Connection.RemoteIpAddress, now))
        {
            return new(false);
        }

        if (access.Audience == PortAudience.Everyone || (tokenHash is not null && access.HasToken(tokenHash, now)))
        {
            return new(true);
        }

        return visitor is not null ? AdmitsAsync(context, visitor, pod, access) : new(false);
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

    /// <summary>Whether an account may reach a port by its audience alone.</summary>
    public static bool Admits(AccessRules access, PodRoutes pod, string userId) =>
        access.Audience <= PortAudience.SignedIn || pod.OwnerId == userId;

    // What a request shows for itself, whatever the port's rules are.
    private (string? TokenHash, Visitor? Visitor) Read(HttpRequest request, string podId, int port) =>
        (PodToken.Of(request.Headers) is { } token ? PortGrant.HashOf(token) : null,
        request.Cookies[Cookie] is { } cookie && !ForeignPage.Sent(request, podId) ? tickets.Open<Visitor>(cookie, PodHost.LabelOf(podId, port)) : null);

    private async ValueTask<bool> AdmitsAsync(HttpContext context, Visitor visitor, PodRoutes pod, AccessRules access)
    {
        if (visitor.LinkId is { } link)
        {
            return access.HasLink(link, clock.GetUtcNow().UtcDateTime);
        }

        if (visitor.User is not { } user || !Admits(access, pod, user.Id))
        {
            return false;
        }

        var whenOut = accounts.WhenOut(user.Id);
        if (await accounts.FindAsync(user.Id) is not { } account || account.Stamp != user.Stamp || account.SignedOutAt >= visitor.IssuedAt)
        {
            return false;
        }

        // What goes on for long, such as a WebSocket, ends with the visit.
        context.Response.RegisterForDispose(whenOut.Register(context.Abort));
        return true;
    }
}
