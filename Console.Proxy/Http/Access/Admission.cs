namespace PodConsole.Proxy.Http.Access;

/// <summary>By which right a request came in to a route.</summary>
/// <param name="Rules">The rules that let it in.</param>
/// <param name="UserId">The account whose visit it belongs to, if that was it.</param>
/// <param name="GrantId">The link or token, if that was it.</param>
internal sealed record Admission(AccessRules Rules, string? UserId = null, string? GrantId = null);
