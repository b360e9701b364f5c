namespace PodConsole.Domain.Settings;

/// <summary>The <c>Console</c> section: the console itself.</summary>
public sealed class ConsoleSettings
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Console";

    /// <summary>Where people open the console: an absolute https URL without a path.</summary>
    public string PublicUrl { get; set; } = "https://localhost:8443";

    /// <summary>
    /// Database, keys, certificates and the pods' own files. A relative path starts beside the program; in development, at
    /// the root of the repository.
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>With <see cref="AdminPassword"/>: creates this administrator at start, without the set-up page.</summary>
    public string? AdminEmail { get; set; }

    /// <summary>Password of the administrator that <see cref="AdminEmail"/> names. Only its hash is stored.</summary>
    public string? AdminPassword { get; set; }

    /// <summary><c>ppk_</c> and at least 32 characters. Only its hash is stored; another value at the next start replaces it.</summary>
    public string? AdminApiKey { get; set; }
}
