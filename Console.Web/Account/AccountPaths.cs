namespace PodConsole.Web.Account;

/// <summary>Addresses of the account pages, and the rule for where to go after them.</summary>
internal static class AccountPaths
{
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string Setup = "/setup";
    public const string Join = "/join";
    public const string ResetPassword = "/reset-password";

    /// <summary>The pages at which somebody could try passwords or codes.</summary>
    public static IReadOnlyList<string> Guarded { get; } = [SignIn, Setup, Join, ResetPassword];

    /// <summary>A return address if it is a path of this console, else the start page: never another site.</summary>
    public static string Local(string? returnUrl) =>
        returnUrl is ['/', ..] && !returnUrl.StartsWith("//", StringComparison.Ordinal) && !returnUrl.StartsWith("/\\", StringComparison.Ordinal)
            && !returnUrl.Any(char.IsControl)
            ? returnUrl
            : "/";
}
