using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Web.Connect.Settings;

/// <summary>The options of a port while a person edits them.</summary>
public sealed class PortSettingsForm
{
    private const long Mebibyte = 1 << 20;

    private readonly PortOptions _saved;

    /// <summary>Begins with what is saved.</summary>
    /// <param name="protocol">The port's protocol.</param>
    /// <param name="saved">Its options now.</param>
    public PortSettingsForm(PortProtocol protocol, PortOptions saved)
    {
        (_saved, Protocol) = (saved, protocol);
        (Audience, AllowedNetworks, DeniedNetworks) = (saved.Audience, saved.AllowedNetworks, saved.DeniedNetworks);
        (Tls, Http2, KeepWebSocketsOpen) = (saved.Tls, saved.Http2, saved.KeepWebSocketsOpen);
        ResponseSeconds = (int?)saved.ResponseTimeout?.TotalSeconds;
        MaxBodyMebibytes = saved.MaxBodyBytes / (decimal)Mebibyte;
        (RequestsPerSecond, ConcurrentRequests) = (saved.RequestsPerSecond, saved.ConcurrentRequests);
        (RequestsPerSecondPerClient, ConcurrentRequestsPerClient) = (saved.RequestsPerSecondPerClient, saved.ConcurrentRequestsPerClient);
        IdleSeconds = (int?)saved.IdleTimeout?.TotalSeconds;
        (MaxConnections, MaxConnectionsPerClient, ProxyProtocol) = (saved.MaxConnections, saved.MaxConnectionsPerClient, saved.ProxyProtocol);
        Closing = saved.ClosesAt is null ? ClosingChoice.Never : ClosingChoice.AsSaved;
    }

    /// <summary>HTTP or TCP.</summary>
    public PortProtocol Protocol { get; }

    /// <summary>When it closes now, UTC; null for never.</summary>
    public DateTime? SavedClosing => _saved.ClosesAt;

    /// <inheritdoc cref="PortOptions.Audience"/>
    public PortAudience Audience { get; set; }

    /// <inheritdoc cref="PortOptions.AllowedNetworks"/>
    public string AllowedNetworks { get; set; }

    /// <inheritdoc cref="PortOptions.DeniedNetworks"/>
    public string DeniedNetworks { get; set; }

    /// <summary>When it shall close.</summary>
    public ClosingChoice Closing { get; set; }

    /// <inheritdoc cref="PortOptions.Tls"/>
    public bool Tls { get; set; }

    /// <inheritdoc cref="PortOptions.Http2"/>
    public bool Http2 { get; set; }

    /// <inheritdoc cref="PortOptions.KeepWebSocketsOpen"/>
    public bool KeepWebSocketsOpen { get; set; }

    /// <summary>Seconds of silence; null for the default.</summary>
    public int? ResponseSeconds { get; set; }

    /// <summary>The largest body in MiB; null for any.</summary>
    public decimal? MaxBodyMebibytes { get; set; }

    /// <inheritdoc cref="PortOptions.RequestsPerSecond"/>
    public int? RequestsPerSecond { get; set; }

    /// <inheritdoc cref="PortOptions.ConcurrentRequests"/>
    public int? ConcurrentRequests { get; set; }

    /// <inheritdoc cref="PortOptions.RequestsPerSecondPerClient"/>
    public int? RequestsPerSecondPerClient { get; set; }

    /// <inheritdoc cref="PortOptions.ConcurrentRequestsPerClient"/>
    public int? ConcurrentRequestsPerClient { get; set; }

    /// <summary>Seconds for which a connection may be silent both ways; 0 for any time, null for the default.</summary>
    public int? IdleSeconds { get; set; }

    /// <inheritdoc cref="PortOptions.MaxConnections"/>
    public int? MaxConnections { get; set; }

    /// <inheritdoc cref="PortOptions.MaxConnectionsPerClient"/>
    public int? MaxConnectionsPerClient { get; set; }

    /// <inheritdoc cref="PortOptions.ProxyProtocol"/>
    public ProxyProtocolVersion ProxyProtocol { get; set; }

    /// <summary>Whether saving would change anything.</summary>
    public bool IsChanged(DateTime now) => ToOptions(now) != _saved;

    /// <summary>What was entered.</summary>
    /// <param name="now">The present time, UTC, from which a closing time counts.</param>
    public PortOptions ToOptions(DateTime now) => PortOptionRules.Normalize(_saved with
    {
        Audience = Audience,
        ClosesAt = Closing == ClosingChoice.AsSaved ? _saved.ClosesAt : Closing.Delay() is { } delay ? now + delay : null,
        Tls = Tls,
        Http2 = Http2,
        KeepWebSocketsOpen = KeepWebSocketsOpen,
        ResponseTimeout = ResponseSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        MaxBodyBytes = MaxBodyMebibytes is { } size ? BytesOf(size) : null,
        RequestsPerSecond = RequestsPerSecond,
        ConcurrentRequests = ConcurrentRequests,
        RequestsPerSecondPerClient = RequestsPerSecondPerClient,
        ConcurrentRequestsPerClient = ConcurrentRequestsPerClient,
        IdleTimeout = IdleSeconds is { } idle ? TimeSpan.FromSeconds(idle) : null,
        MaxConnections = MaxConnections,
        MaxConnectionsPerClient = MaxConnectionsPerClient,
        ProxyProtocol = ProxyProtocol,
    }) with
    {
        // As typed: normalizing would drop what is wrong in them before anybody is told.
        AllowedNetworks = Tidy(AllowedNetworks),
        DeniedNetworks = Tidy(DeniedNetworks),
    };

    // What no number of bytes can hold is beyond every rule, so that the person is told instead.
    private static long BytesOf(decimal mebibytes) =>
        (long)(Math.Clamp(mebibytes, long.MinValue / Mebibyte, long.MaxValue / Mebibyte) * Mebibyte);

    private static string Tidy(string text) => NetworkList.Parse(text, out var wrong) is var networks && wrong.Count == 0 ? NetworkList.Format(networks) : text;
}
