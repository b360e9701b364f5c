namespace PodConsole.Domain.Settings;

/// <summary>The <c>Api</c> section.</summary>
public sealed class ApiSettings
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Api";

    /// <summary>Requests that one key may make in a minute.</summary>
    public int RequestsPerMinute { get; set; } = 60;
}
