using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Domain.Pods;

/// <summary>When, and at what price, one part of an edit takes effect.</summary>
public enum EffectKind
{
    /// <summary>At once, while the pod runs on.</summary>
    Live,

    /// <summary>A mapping appears, goes or changes.</summary>
    Mapping,

    /// <summary>Open connections are cut.</summary>
    Drop,

    /// <summary>The pod is reset: its container disk is wiped.</summary>
    Reset,

    /// <summary>Seen by the program only after a restart or reset.</summary>
    Later,
}

/// <summary>One consequence of an edit, in a sentence.</summary>
public sealed record EditEffect(EffectKind Kind, string Text);

/// <summary>Says before Save what an edit will do. Pure.</summary>
public static class EditPreview
{
    /// <summary>Every consequence, the costly ones first; empty when nothing changes.</summary>
    /// <param name="pod">The pod as saved, with ports and leases.</param>
    /// <param name="edit">The change, already valid.</param>
    /// <param name="capabilities">Of the pod's runtime.</param>
    /// <param name="openConnections">How many connections are open on a port now.</param>
    /// <param name="drainTimeout">What a removed port grants to them.</param>
    public static IReadOnlyList<EditEffect> Of(
        Pod pod, PodEdit edit, RuntimeCapabilities capabilities, Func<PortKey, int> openConnections, TimeSpan drainTimeout)
    {
        var change = EditChange.Between(pod, edit);
        var effects = new List<EditEffect>();
        var runs = pod.Intent == PodIntent.Run;
        if (change.ResetsPod)
        {
            AddReset(effects, pod, change, runs, edit.VolumeDiskGb ?? pod.VolumeDiskGb);
        }

        AddRemoved(effects, pod, change, openConnections, edit.DrainsRemoved ? null : drainTimeout);
        AddAdded(effects, change, runs, capabilities);
        if (runs && change.ResetsPod)
        {
            AddKept(effects, pod, change, openConnections);
        }

        if (change.Relabelled.Count > 0)
        {
            effects.Add(new(EffectKind.Live, $"New labels for {List(change.Relabelled)}."));
        }

        if (change.Name)
        {
            effects.Add(new(EffectKind.Live, "The new name is applied at once."));
        }

        return effects;
    }

    private static void AddReset(List<EditEffect> effects, Pod pod, EditChange change, bool runs, int volumeDiskGb)
    {
        var what = string.Join(", ", change.Recipe.Concat(change.Environment ? ["Environment Variables"] : []));
        effects.Add(runs
            ? new(EffectKind.Reset, $"{what}: the pod is reset. Everything on the container disk is lost"
                + (volumeDiskGb > 0 && pod.VolumeDiskGb > 0 ? "; the volume is kept." : "."))
            : new(EffectKind.Later, $"{what}: used when the pod starts."));
    }

    private static void AddRemoved(
        List<EditEffect> effects, Pod pod, EditChange change, Func<PortKey, int> openConnections, TimeSpan? drainTimeout)
    {
        foreach (var key in change.Removed)
        {
            effects.Add(drainTimeout is null
                ? new(EffectKind.Live, $"{key} takes nothing new at once, and is closed when its connections have ended.")
                : key.Protocol == PortProtocol.Http
                ? new(EffectKind.Live, $"HTTP {key.Number} is closed at once: its address answers 404.")
                : new(EffectKind.Mapping, pod.LeaseOf(key) is { } lease
                    ? $"TCP {key.Number} is closed at once and gives up external port {lease.Port}."
                    : $"TCP {key.Number} is no longer exposed."));
            if (pod.Ports.Find(port => port.Key == key) is { } port && (port.Options != PortOptions.Default || port.Grants.Count > 0))
            {
                effects.Add(new(EffectKind.Drop, $"What was set for {key} is lost: its access, limits, links and tokens. "
                    + "Added again, it starts open to everyone."));
            }

            if (drainTimeout is { } drain && openConnections(key) is > 0 and var open)
            {
                effects.Add(new(EffectKind.Drop, open == 1
                    ? $"1 open connection on {key} ends after at most {drain.TotalSeconds:0} s."
                    : $"{open} open connections on {key} end after at most {drain.TotalSeconds:0} s."));
            }
        }
    }

    // What a reset does to the ports that stay.
    private static void AddKept(List<EditEffect> effects, Pod pod, EditChange change, Func<PortKey, int> openConnections)
    {
        foreach (var key in pod.Ports.Select(port => port.Key).Where(key => !change.Removed.Contains(key)))
        {
            if (openConnections(key) is > 0 and var open)
            {
                effects.Add(new(EffectKind.Drop, open == 1
                    ? $"1 open connection on {key} is cut."
                    : $"{open} open connections on {key} are cut."));
            }
        }

        var leases = pod.Leases.Where(lease => !change.Removed.Contains(new(PortProtocol.Tcp, lease.Number ?? 0))).ToList();
        effects.AddRange(leases.OrderBy(lease => lease.Number)
            .Select(lease => new EditEffect(EffectKind.Mapping, $"TCP {lease.Number} gets another external port than {lease.Port}.")));
        if (leases.Count > 0 && pod.Cloud == CloudType.Community)
        {
            effects.Add(new(EffectKind.Mapping, "The pod's public address may change."));
        }
    }

    private static void AddAdded(
        List<EditEffect> effects, EditChange change, bool runs, RuntimeCapabilities capabilities)
    {
        var restart = capabilities.SharesConsoleUser ? "restart" : "reset";
        foreach (var key in change.Added)
        {
            if (key.Protocol == PortProtocol.Http)
            {
                effects.Add(new(EffectKind.Live, $"HTTP {key.Number} is opened at once, for everyone."));
                continue;
            }

            effects.Add(new(EffectKind.Mapping, runs
                ? $"TCP {key.Number} is opened at once on a new external port."
                : $"TCP {key.Number} gets an external port when the pod starts."));
            if (runs && !change.ResetsPod)
            {
                effects.Add(new(EffectKind.Later, $"{PodEnvironment.TcpPortName(key.Number)} appears in the pod at its next {restart}."));
            }
        }

        foreach (var key in change.Added.Where(key => key.Number < 1024 && !capabilities.CanBindPrivilegedPorts))
        {
            effects.Add(new(EffectKind.Later, $"A program needs privilege to listen on {key.Number} here: prefer a port from 1024."));
        }
    }

    private static string List(IEnumerable<PortKey> keys) => string.Join(", ", keys);
}
