using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts;

/// <summary>What an account may do.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="MaxPods">How many pods it may have, 0 to <see cref="MaxLimit"/>; null for any number.</param>
/// <param name="MaxTcpPorts">How many TCP ports its pods may expose together, in the same way.</param>
public sealed record AccountRights(string Role, int? MaxPods = null, int? MaxTcpPorts = null)
{
    /// <summary>The largest limit that can be set.</summary>
    public const int MaxLimit = 10_000;

    /// <summary>What is wrong, by the names of the properties.</summary>
    public IReadOnlyList<FieldError> Check()
    {
        var errors = new List<FieldError>();
        if (!Roles.All.Contains(Role))
        {
            errors.Add(new(nameof(Role), "There is no such role."));
        }

        foreach (var (field, limit) in new[] { (nameof(MaxPods), MaxPods), (nameof(MaxTcpPorts), MaxTcpPorts) })
        {
            if (limit is < 0 or > MaxLimit)
            {
                errors.Add(new(field, $"A limit is a number from 0 to {MaxLimit:N0}; leave it empty for none."));
            }
        }

        return errors;
    }

    /// <summary>What is different, in words; empty when nothing is.</summary>
    internal string ChangesFrom(AccountRights before) => string.Join(", ", new[]
    {
        before.Role == Role ? "" : $"role {before.Role} → {Role}",
        before.MaxPods == MaxPods ? "" : $"pods {Text(before.MaxPods)} → {Text(MaxPods)}",
        before.MaxTcpPorts == MaxTcpPorts ? "" : $"TCP ports {Text(before.MaxTcpPorts)} → {Text(MaxTcpPorts)}",
    }.Where(text => text.Length > 0));

    private static string Text(int? limit) => limit is { } number ? $"{number}" : "any";
}
