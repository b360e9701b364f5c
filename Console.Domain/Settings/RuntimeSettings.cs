namespace PodConsole.Domain.Settings;

/// <summary>The <c>Runtime</c> section: what new pods run on.</summary>
public sealed class RuntimeSettings
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Runtime";

    /// <summary>The runtime of new pods, by its kind; a pod keeps the one it was made with.</summary>
    public string Kind { get; set; } = "LocalProcess";

    /// <summary>Settings of the local-process runtime.</summary>
    public LocalProcessSettings LocalProcess { get; } = new();
}

/// <summary>The <c>Runtime:LocalProcess</c> section.</summary>
public sealed class LocalProcessSettings
{
    /// <summary>Process pods share the console's user: without this a second account cannot deploy them.</summary>
    public bool AllowManyUsers { get; set; }
}
