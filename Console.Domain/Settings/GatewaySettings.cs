using System.Net;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Settings;

/// <summary>The <c>Gateway</c> section: what is reachable, and where.</summary>
public sealed class GatewaySettings
{
    /// <summary>The section's name in the configuration.</summary>
    public const string Section = "Gateway";

    /// <summary>Port of the HTTPS listener, 0–65535; 0 lets the system choose.</summary>
    public int HttpsPort { get; set; } = 8443;

    /// <summary>Port of the plain listener, which only redirects, 0–65535; 0 lets the system choose.</summary>
    public int HttpPort { get; set; } = 8080;

    /// <summary>The address both listen on; empty means loopback, 127.0.0.1 and ::1.</summary>
    public string BindAddress { get; set; } = "";

    /// <summary>Pods live at <c>{podId}-{port}.</c> and this domain.</summary>
    public string ProxyDomain { get; set; } = "proxy.localhost";

    /// <summary>The public addresses of TCP ports. Empty in the settings means the three loopback ones of the default.</summary>
    public IList<PublicAddressSettings> PublicAddresses { get; } = [];

    /// <summary>External TCP ports, <c>first-last</c>, inclusive.</summary>
    public string TcpPortRange { get; set; } = "20000-29999";

    /// <summary>How long a request, or an open stream, may be silent.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The most that a port's own time-out may ask for.</summary>
    public TimeSpan MaxResponseTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a TCP connection may be silent both ways; zero for any time. A port's own setting comes before it.</summary>
    public TimeSpan TcpIdleTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Bytes per second, 0–1,000,000, which a client must at least send of a body that has a length, and take of an answer, over
    /// <see cref="SlowClientTimeout"/>; 0 for any.
    /// </summary>
    public int MinClientRate { get; set; } = 2048;

    /// <summary>
    /// How long a client may be slower than <see cref="MinClientRate"/>, and take for the headers of a request. While the system is short of
    /// memory for TCP a quarter of it, for taking an answer.
    /// </summary>
    public TimeSpan SlowClientTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>What a removed port or a stopping console grants to open connections.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>TCP ports that one pod may expose.</summary>
    public int MaxTcpPorts { get; set; } = 64;

    /// <summary>How long a released external port is kept from other owners; at least <see cref="DrainTimeout"/>.</summary>
    public TimeSpan PortQuarantine { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a released external port is kept from its last owner too, however few are free; at most
    /// <see cref="PortQuarantine"/> counts.
    /// </summary>
    public TimeSpan PortQuarantineFloor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The floor that counts.</summary>
    public TimeSpan EffectiveQuarantineFloor => PortQuarantineFloor < PortQuarantine ? PortQuarantineFloor : PortQuarantine;

    /// <summary>How long everything is still served after the console was told to stop, while readiness says no.</summary>
    public TimeSpan StopDelay { get; set; }

    /// <summary>
    /// Networks of load balancers, as addresses and CIDR ranges: their connections to the HTTPS port must begin with a PROXY
    /// protocol header, version 1 or 2, which tells the client's address. Empty for none.
    /// </summary>
    public string ProxyProtocolFrom { get; set; } = "";

    /// <summary>PEM file of the certificate chain of pods, with <see cref="CertificateKeyPath"/>; without both a local CA signs.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>PEM file of the chain for the console's host, where the one of pods does not serve it too.</summary>
    public string? ConsoleCertificatePath { get; set; }

    /// <summary>PEM file of that certificate's key.</summary>
    public string? ConsoleCertificateKeyPath { get; set; }

    /// <summary>The configured addresses, or the three loopback ones that work on any machine.</summary>
    public IReadOnlyList<PublicAddressSettings> EffectivePublicAddresses => PublicAddresses.Count > 0
        ? [.. PublicAddresses]
        :
        [
            new() { Address = "127.0.0.1", Cloud = CloudType.Secure },
            new() { Address = "127.0.0.2", Cloud = CloudType.Community },
            new() { Address = "127.0.0.3", Cloud = CloudType.Community },
        ];

    /// <summary>The external ports as numbers. Throws <see cref="FormatException"/> on a text that validation refuses.</summary>
    public (int First, int Last) ParseTcpPortRange()
    {
        var parts = TcpPortRange.Split('-', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && int.TryParse(parts[0], out var first) && int.TryParse(parts[1], out var last)
            && first is >= 1024 and <= 65535 && last is >= 1024 and <= 65535 && first <= last
            ? (first, last)
            : throw new FormatException($"'{TcpPortRange}' is not a range of ports such as 20000-29999 (1024 to 65535).");
    }
}

/// <summary>One public address for TCP ports.</summary>
public sealed class PublicAddressSettings
{
    /// <summary>The IP address that people connect to.</summary>
    public string Address { get; set; } = "";

    /// <summary>
    /// The local address to listen on, where it differs (behind NAT). Never <c>0.0.0.0</c>, which would keep pods on this machine
    /// from listening on their symmetrical ports; <c>::</c> takes IPv6 alone.
    /// </summary>
    public string? BindAddress { get; set; }

    /// <summary>Which cloud's pods get this address.</summary>
    public CloudType Cloud { get; set; }

    /// <summary>The address to bind: <see cref="BindAddress"/>, or else <see cref="Address"/>.</summary>
    public IPAddress EffectiveBindAddress => IPAddress.Parse(BindAddress is { Length: > 0 } bind ? bind : Address);
}
