namespace PodConsole.Domain.Pods;

/// <summary>One environment variable of a pod or template.</summary>
/// <param name="Name"><c>[A-Za-z_][A-Za-z0-9_]*</c>, not <c>RUNPOD_*</c>.</param>
/// <param name="Value">Its value; in the database the value of a secret one is encrypted.</param>
/// <param name="IsSecret">Whether the console masks and encrypts the value.</param>
public sealed record EnvironmentVariable(string Name, string Value, bool IsSecret = false)
{
    /// <summary>Never shows a secret's value, whoever logs it.</summary>
    public override string ToString() => IsSecret ? $"{Name}=••••••" : $"{Name}={Value}";
}
