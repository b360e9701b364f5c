using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Users;

/// <summary>Words for what happens to accounts.</summary>
internal static class AccountText
{
    /// <summary>Why a change was not made, and the next step; null when it was made.</summary>
    public static string? Explain(AccountResult result) => result switch
    {
        AccountResult.Saved => null,
        AccountResult.Invalid(var errors) => string.Join(' ', errors.Select(error => error.Message)),
        AccountResult.Refused(var message) => message,
        _ => "There is no such account any more.",
    };
}

/// <summary>The roles, as people read them.</summary>
internal static class RoleNames
{
    public static string Of(string role) => role switch
    {
        Roles.Admin => "Administrator",
        Roles.TemplateAuthor => "Template author",
        _ => "User",
    };

    public static string Explain(string role) => role switch
    {
        Roles.Admin => "Sees and acts on every pod, template and account.",
        Roles.TemplateAuthor => "Deploys pods, and publishes templates to everyone.",
        _ => "Deploys pods. Templates stay private.",
    };
}
