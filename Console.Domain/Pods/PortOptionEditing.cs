using Microsoft.Extensions.Options;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Pods;

/// <summary>Changes the options and grants of one port of a tracked pod, inside the caller's transaction.</summary>
public sealed class PortOptionEditing(IOptions<GatewaySettings> settings, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    internal PodResult? SetOptions(Pod pod, PortKey key, PortOptions options) => Change(pod, key, port =>
    {
        var wanted = PortOptionRules.Normalize(options);
        var errors = PortOptionRules.Check(options, port.Options, key.Protocol, settings.Value, Now);
        port.Options = errors.Count == 0 ? wanted : port.Options;
        return errors;
    });

    internal PodResult? Grant(Pod pod, PortKey key, PortGrant grant) => Change(pod, key, port =>
    {
        PortGrant[] valid = [.. port.Grants.Where(item => !item.IsExpired(Now))];
        var errors = PortOptionRules.Check(grant, valid, Now);
        port.Grants = errors.Count == 0 ? [.. valid, grant with { Label = grant.Label.Trim() }] : port.Grants;
        return errors;
    });

    internal static PodResult? Revoke(Pod pod, PortKey key, string grantId) => Change(pod, key, port =>
    {
        port.Grants = [.. port.Grants.Where(item => item.Id != grantId)];
        return [];
    });

    private static PodResult? Change(Pod pod, PortKey key, Func<PodPort, IReadOnlyList<FieldError>> change)
    {
        if (pod.Ports.Find(item => item.Key == key) is not { } port)
        {
            return new PodResult.Refused($"{key} is no longer exposed: it was removed meanwhile.");
        }

        if (pod.Locked)
        {
            return new PodResult.Locked();
        }

        return change(port) is { Count: > 0 } errors ? new PodResult.Invalid(errors) : null;
    }
}
