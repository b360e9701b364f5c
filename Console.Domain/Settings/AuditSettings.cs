namespace PodConsole.Domain.Settings;

/// <summary>The <c>Audit</c> section.</summary>
public sealed class AuditSettings
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Audit";

    /// <summary>How long entries are kept.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);
}
