using PodConsole.Domain.Pods;

namespace PodConsole.Web.Shared.Environment;

/// <summary>One row of the environment as typed.</summary>
public sealed class VariableRow
{
    /// <summary>The name under which a secret value is saved; null when none is.</summary>
    public string? SavedSecret { get; init; }

    /// <summary>As typed.</summary>
    public string Name { get; set; } = "";

    /// <summary>As typed; for a saved secret empty means that it stays as it is.</summary>
    public string Value { get; set; } = "";

    /// <summary>The text from which this row and others were made; null when it was typed.</summary>
    public string? LastSplit { get; set; }

    /// <summary>Whether the value is masked and encrypted.</summary>
    public bool IsSecret { get; set; }

    /// <summary>Whether nothing was typed.</summary>
    public bool IsBlank => Name.Length == 0 && Value.Length == 0;

    /// <summary>Whether leaving the value empty keeps the saved one.</summary>
    public bool KeepsSaved => SavedSecret is not null && Value.Length == 0;

    /// <summary>As it is sent to the service.</summary>
    public EnvironmentVariable ToVariable() => new(Name.Trim(), Value, IsSecret);

    /// <summary>The same, to be changed on its own.</summary>
    public VariableRow Copy() => new() { SavedSecret = SavedSecret, Name = Name, Value = Value, IsSecret = IsSecret };
}
