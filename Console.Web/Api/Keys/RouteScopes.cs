using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Web.Api.Keys;

/// <summary>
/// The one place that says what a route asks of a key. Without a word of its own a GET asks for the scope <c>read</c>, anything else
/// for <c>write</c>, and no route is open to the keys of pods. The services check on their own whose things they are asked for.
/// </summary>
internal static class RouteScopes
{
    private const string PodsMayOnly = "access denied: a pod's own key may only read and stop the pod";

    /// <summary>The answer to a pod that asks an open route for more than it may.</summary>
    public static IResult PodMayNot => Problem.Of(StatusCodes.Status403Forbidden, PodsMayOnly);

    /// <summary>Asks for this scope, whatever the method.</summary>
    public static TBuilder NeedsScope<TBuilder>(this TBuilder route, ApiScopes scope)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new NeededScope(scope));

    /// <summary>Opens a route to the keys of pods. They have no scope: the route's services show each only itself.</summary>
    public static TBuilder OpenToPods<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new PodsMay());

    /// <summary>Why the request's key may not use the route, for people; null when it may.</summary>
    public static string? FindObstacle(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (context.User.HasClaim(claim => claim.Type == KeyClaims.Pod))
        {
            return metadata?.GetMetadata<PodsMay>() is null ? PodsMayOnly : null;
        }

        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var needed = metadata?.GetMetadata<NeededScope>()?.Scope ?? (isRead ? ApiScopes.Read : ApiScopes.Write);
        return KeyClaims.ScopesOf(context.User).HasFlag(needed) ? null
            : needed == ApiScopes.Admin ? "access denied: this needs the scope admin, and an administrator's key"
            : $"access denied: the key has no scope {needed.ToString().ToLowerInvariant()}";
    }

    private sealed record NeededScope(ApiScopes Scope);

    private sealed record PodsMay;
}
