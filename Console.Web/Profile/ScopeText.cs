using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Web.Profile;

/// <summary>Scopes of API keys in words.</summary>
internal static class ScopeText
{
    /// <summary>Each scope with what it allows.</summary>
    public static IReadOnlyList<(ApiScopes Scope, string Name, string Allows)> Choices { get; } =
    [
        (ApiScopes.Read, "Read", "see your pods, templates, keys and connections"),
        (ApiScopes.Write, "Write", "deploy, change, stop and terminate them"),
        (ApiScopes.Admin, "Admin", "both for everybody's, as administrators may"),
    ];

    /// <summary>The names of scopes: "read, write".</summary>
    public static string Of(ApiScopes scopes) =>
        string.Join(", ", Choices.Where(choice => scopes.HasFlag(choice.Scope)).Select(choice => choice.Name.ToLowerInvariant()));
}
