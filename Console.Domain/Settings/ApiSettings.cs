namespace PodConsole.Domain.Settings;

/// <summary>The <c>Api</c> section.</summary>
public sealed class ApiSettings
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Api";

    /// <summary>Requests that one key may make in a minute, and 50 times as many in an hour. The key of the settings is exempt.</summary>
    public int RequestsPerMinute { get; set; } = 60;
}
