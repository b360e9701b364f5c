namespace PodConsole.Web.Connect.Settings;

/// <summary>How long a link or token may last.</summary>
internal static class GrantChoices
{
    /// <summary>The lives to choose from, in days; null for a token that never ends.</summary>
    public static IReadOnlyList<double?> Of(bool isLink) => isLink ? [1 / 24.0, 1, 7, 30, 365] : [1, 7, 30, 365, null];

    /// <summary>For people.</summary>
    public static string Text(double? days) => days switch
    {
        null => "Never",
        < 1 => "In 1 hour",
        1 => "In 1 day",
        365 => "In 1 year",
        _ => $"In {days:0} days",
    };
}
