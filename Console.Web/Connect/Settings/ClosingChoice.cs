namespace PodConsole.Web.Connect.Settings;

/// <summary>When a port shall close itself.</summary>
public enum ClosingChoice
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>At the time that is saved.</summary>
    AsSaved,

    /// <summary>An hour from now.</summary>
    Hour,

    /// <summary>Eight hours from now.</summary>
    EightHours,

    /// <summary>A day from now.</summary>
    Day,

    /// <summary>A week from now.</summary>
    Week,

    /// <summary>Thirty days from now.</summary>
    Month,
}

/// <summary>What the choices mean.</summary>
internal static class ClosingChoices
{
    /// <summary>Time from now; null for those that are no delay.</summary>
    public static TimeSpan? Delay(this ClosingChoice choice) => choice switch
    {
        ClosingChoice.Hour => TimeSpan.FromHours(1),
        ClosingChoice.EightHours => TimeSpan.FromHours(8),
        ClosingChoice.Day => TimeSpan.FromDays(1),
        ClosingChoice.Week => TimeSpan.FromDays(7),
        ClosingChoice.Month => TimeSpan.FromDays(30),
        _ => null,
    };

    /// <summary>For people.</summary>
    public static string Text(this ClosingChoice choice, DateTime? saved, DateTime now) => choice switch
    {
        ClosingChoice.Never => "Never",
        ClosingChoice.AsSaved when saved <= now => "It is closed now",
        ClosingChoice.AsSaved when saved is { } time => $"As set: {Shared.RelativeTime.Describe(now - time)}",
        ClosingChoice.Hour => "In 1 hour",
        ClosingChoice.EightHours => "In 8 hours",
        ClosingChoice.Day => "In 1 day",
        ClosingChoice.Week => "In 7 days",
        _ => "In 30 days",
    };
}
