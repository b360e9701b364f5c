namespace PodConsole.Domain.Accounts;

/// <summary>Who asks. Every service call takes one and checks it; a page's own check is never the only one.</summary>
/// <param name="UserId">The account.</param>
/// <param name="IsAdmin">Administrators may see and act on every pod and template.</param>
/// <param name="CanPublish">Whether the account may publish templates to everyone.</param>
public sealed record Actor(string UserId, bool IsAdmin = false, bool CanPublish = false);

/// <summary>The roles, which exist from the start.</summary>
public static class Roles
{
    /// <summary>Uses the console.</summary>
    public const string User = "User";

    /// <summary>Also publishes templates to everyone.</summary>
    public const string TemplateAuthor = "TemplateAuthor";

    /// <summary>Also sees and acts on everything.</summary>
    public const string Admin = "Admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [User, TemplateAuthor, Admin];
}
