using System.Net;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Ports.Options;

/// <summary>Every rule about the options and grants of a port, for forms and programs alike.</summary>
public static class PortOptionRules
{
    /// <summary>Links and tokens that one port may have.</summary>
    public const int MaxGrants = 20;

    /// <summary>The largest rate or number of requests that can be asked for.</summary>
    public const int MaxLimit = 1_000_000;

    /// <summary>The largest limit for a request body that can be asked for, in bytes: 1 PiB.</summary>
    public const long MaxBodyLimit = 1L << 50;

    /// <summary>The longest idle time-out that can be asked for, besides none.</summary>
    public static readonly TimeSpan MaxIdleTimeout = TimeSpan.FromDays(30);

    /// <summary>How long a link may last.</summary>
    public static readonly TimeSpan MaxLinkLife = TimeSpan.FromDays(365);

    /// <summary>The options as they are saved: lists in their one form, times in UTC and to the second.</summary>
    public static PortOptions Normalize(PortOptions options) => options with
    {
        AllowedNetworks = NetworkList.Format(NetworkList.Parse(options.AllowedNetworks, out _)),
        DeniedNetworks = NetworkList.Format(NetworkList.Parse(options.DeniedNetworks, out _)),
        ClosesAt = options.ClosesAt is { } time ? new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc) : null,
    };

    /// <summary>Checks options. All errors at once, by the name of the property.</summary>
    /// <param name="options">The options.</param>
    /// <param name="saved">Those the port has now: a closing time that stays may lie in the past.</param>
    /// <param name="protocol">The port's protocol.</param>
    /// <param name="settings">The gateway's settings.</param>
    /// <param name="now">The present time, UTC.</param>
    public static IReadOnlyList<FieldError> Check(
        PortOptions options, PortOptions saved, PortProtocol protocol, GatewaySettings settings, DateTime now)
    {
        var errors = new List<FieldError>();
        errors.AddRange(CheckNetworks(nameof(PortOptions.AllowedNetworks), options.AllowedNetworks));
        errors.AddRange(CheckNetworks(nameof(PortOptions.DeniedNetworks), options.DeniedNetworks));
        if (options.ClosesAt <= now && options.ClosesAt != saved.ClosesAt)
        {
            errors.Add(new(nameof(PortOptions.ClosesAt), "This time has passed. Choose a later one, or remove the port to close it now."));
        }

        if (options.ResponseTimeout is { } timeout && (timeout < TimeSpan.FromSeconds(1) || timeout > settings.MaxResponseTimeout))
        {
            errors.Add(new(nameof(PortOptions.ResponseTimeout), $"Give 1 to {settings.MaxResponseTimeout.TotalSeconds:0} seconds."));
        }

        if (options.MaxBodyBytes is < 1 or > MaxBodyLimit)
        {
            errors.Add(new(nameof(PortOptions.MaxBodyBytes), $"Give 1 byte to {MaxBodyLimit >> 20:N0} MiB, or nothing for any size."));
        }

        if (options.IdleTimeout is { } idle && idle != TimeSpan.Zero && (idle < TimeSpan.FromSeconds(1) || idle > MaxIdleTimeout))
        {
            errors.Add(new(nameof(PortOptions.IdleTimeout), $"Give 1 to {MaxIdleTimeout.TotalSeconds:0} seconds, or 0 for no end."));
        }

        if (!Enum.IsDefined(options.ProxyProtocol))
        {
            errors.Add(new(nameof(PortOptions.ProxyProtocol), "Choose version 1 or 2, or none."));
        }

        foreach (var (field, limit) in Limits(options))
        {
            if (limit is < 1 or > MaxLimit)
            {
                errors.Add(new(field, $"Give 1 to {MaxLimit:N0}, or nothing for no limit."));
            }
        }

        if (protocol == PortProtocol.Tcp && options != ForTcp(options))
        {
            errors.Add(new("", "A TCP port is passed on untouched: who may reach it, and what it speaks, is not set here."));
        }

        if (protocol == PortProtocol.Http && options != ForHttp(options))
        {
            errors.Add(new("", "Idle time-out, connection limits and the PROXY protocol are for TCP ports."));
        }

        return errors;
    }

    /// <summary>Checks a new link or token of a port.</summary>
    public static IReadOnlyList<FieldError> Check(PortGrant grant, IReadOnlyList<PortGrant> others, DateTime now)
    {
        var errors = new List<FieldError>();
        if (grant.Label.Trim().Length is 0 or > PortRules.MaxLabelLength || grant.Label.Any(char.IsControl))
        {
            errors.Add(new(nameof(PortGrant.Label), $"Say whom it is for, in one line of 1 to {PortRules.MaxLabelLength} characters."));
        }

        if (grant.IsExpired(now))
        {
            errors.Add(new(nameof(PortGrant.ExpiresAt), "This time has passed."));
        }

        if (grant.Kind == GrantKind.Link && !(grant.ExpiresAt <= now + MaxLinkLife))
        {
            errors.Add(new(nameof(PortGrant.ExpiresAt), "A link lasts a year at most."));
        }

        if (others.Count >= MaxGrants)
        {
            errors.Add(new("", $"A port has at most {MaxGrants} links and tokens. Revoke one first."));
        }

        return errors;
    }

    private static PortOptions ForTcp(PortOptions options) => new()
    {
        AllowedNetworks = options.AllowedNetworks,
        DeniedNetworks = options.DeniedNetworks,
        ClosesAt = options.ClosesAt,
        IdleTimeout = options.IdleTimeout,
        MaxConnections = options.MaxConnections,
        MaxConnectionsPerClient = options.MaxConnectionsPerClient,
        ProxyProtocol = options.ProxyProtocol,
    };

    private static PortOptions ForHttp(PortOptions options) => options with
    {
        IdleTimeout = null,
        MaxConnections = null,
        MaxConnectionsPerClient = null,
        ProxyProtocol = ProxyProtocolVersion.None,
    };

    private static IEnumerable<(string Field, int? Limit)> Limits(PortOptions options) =>
    [
        (nameof(PortOptions.RequestsPerSecond), options.RequestsPerSecond),
        (nameof(PortOptions.ConcurrentRequests), options.ConcurrentRequests),
        (nameof(PortOptions.RequestsPerSecondPerClient), options.RequestsPerSecondPerClient),
        (nameof(PortOptions.ConcurrentRequestsPerClient), options.ConcurrentRequestsPerClient),
        (nameof(PortOptions.MaxConnections), options.MaxConnections),
        (nameof(PortOptions.MaxConnectionsPerClient), options.MaxConnectionsPerClient),
    ];

    private static IEnumerable<FieldError> CheckNetworks(string field, string text)
    {
        IReadOnlyList<IPNetwork> networks = NetworkList.Parse(text, out var wrong);
        foreach (var entry in wrong)
        {
            var shown = entry.Length <= 40 ? entry : entry[..40] + "…";
            yield return new(field, $"'{shown}' is not an address or a network such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32.");
        }

        if (networks.Count > NetworkList.MaxNetworks)
        {
            yield return new(field, $"{networks.Count} networks are too many: at most {NetworkList.MaxNetworks}.");
        }
    }
}
