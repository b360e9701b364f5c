using Microsoft.AspNetCore.DataProtection;

namespace PodConsole.Domain.Pods;

/// <summary>Encrypts the values of secret variables at rest, with keys that are not in the database.</summary>
public sealed class SecretBox(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PodConsole.EnvironmentVariables");

    /// <summary>
    /// Makes a list ready to be saved. A secret with an empty value keeps what <paramref name="saved"/> holds under its name.
    /// </summary>
    /// <param name="edited">Values in the clear.</param>
    /// <param name="saved">The sealed list that is saved now.</param>
    public IReadOnlyList<EnvironmentVariable> Seal(
        IReadOnlyList<EnvironmentVariable> edited, IReadOnlyList<EnvironmentVariable> saved) =>
        [.. edited.Select(variable => variable.IsSecret ? Seal(variable, saved) : variable)];

    /// <summary>The list with its secrets in the clear, to be given to a pod and to nobody else.</summary>
    public IReadOnlyList<EnvironmentVariable> Open(IReadOnlyList<EnvironmentVariable> saved) =>
        [.. saved.Select(variable => variable is { IsSecret: true, Value.Length: > 0 }
            ? variable with { Value = _protector.Unprotect(variable.Value) }
            : variable)];

    /// <summary>The list as people see it: secrets have an empty value.</summary>
    public static IReadOnlyList<EnvironmentVariable> Mask(IReadOnlyList<EnvironmentVariable> saved) =>
        [.. saved.Select(variable => variable.IsSecret ? variable with { Value = "" } : variable)];

    private EnvironmentVariable Seal(EnvironmentVariable variable, IReadOnlyList<EnvironmentVariable> saved) =>
        variable.Value.Length == 0
            && saved.FirstOrDefault(item => item.IsSecret && item.Name == variable.Name) is { } kept
            ? kept
            : variable with { Value = _protector.Protect(variable.Value) };
}
