using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports.Mappings;

/// <summary>Which external port led to a TCP port at one moment.</summary>
/// <param name="Number">The TCP port, as asked for.</param>
/// <param name="Address">The public address.</param>
/// <param name="Port">The external port.</param>
public sealed record Mapping(int Number, string Address, int Port)
{
    /// <summary>The mappings that a pod has now.</summary>
    public static IReadOnlyList<Mapping> Of(Pod pod) =>
        [.. pod.Leases.Where(lease => lease.Number is not null).Select(lease => new Mapping(lease.Number!.Value, lease.Address, lease.Port))];

    /// <summary>What is different, a line for each TCP port, in their order; addresses only where they are different too.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<Mapping> before, IReadOnlyList<Mapping> after)
    {
        var (old, now) = (before.ToDictionary(item => item.Number), after.ToDictionary(item => item.Number));
        return
        [
            .. old.Keys.Union(now.Keys).Order()
                .Select(number => (Before: old.GetValueOrDefault(number), After: now.GetValueOrDefault(number)))
                .Where(pair => pair.Before != pair.After)
                .Select(pair => Describe(pair.Before, pair.After)),
        ];
    }

    private static string Describe(Mapping? before, Mapping? after) => (before, after) switch
    {
        (null, { } added) => $"{added.Number}: {added.Port} new",
        ({ } released, null) => $"{released.Number}: {released.Port} released",
        ({ } old, { } now) when old.Address == now.Address => $"{now.Number}: {old.Port} → {now.Port}",
        ({ } old, { } now) => $"{now.Number}: {old.Place} → {now.Place}",
        _ => "",
    };

    private string Place => new ExternalAddress(Address, Port, 0).ToString();
}
