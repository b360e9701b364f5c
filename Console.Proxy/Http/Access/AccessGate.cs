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

        if (!IsWithinBounds(context, access))
        {
            return new(false);
        }

        if (access.Audience == PortAudience.Everyone || (PodToken.Of(context.Request.Headers) is { } token && access.HasToken(token, now)))
        {
            return new(true);
        }

        return context.Request.Cookies[Cookie] is { } cookie && !ForeignPage.Sent(context.Request, pod.PodId)
            && tickets.Open<Visitor>(cookie, PodHost.LabelOf(pod.PodId, route.Port)) is { } visitor
            ? AdmitsAsync(context, visitor, pod, access)
            : new(false);
    }

    /// <summary>Whether a link may be opened.</summary>
    public bool AdmitsLink(HttpContext context, HttpRoute route, string linkId) =>
        IsWithinBounds(context, route.Rules.Access) && route.Rules.Access.HasLink(linkId, clock.GetUtcNow().UtcDateTime);

    /// <summary>Whether an account may reach a port by its audience alone.</summary>
    public static bool Admits(AccessRules access, PodRoutes pod, string userId) =>
        access.Audience <= PortAudience.SignedIn || pod.OwnerId == userId;

    private bool IsWithinBounds(HttpContext context, AccessRules access) =>
        !access.IsClosed(clock.GetUtcNow().UtcDateTime) && access.Networks.Admit(context.Connection.RemoteIpAddress);

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
