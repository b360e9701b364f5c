using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Proxy.Tls;

/// <summary>
/// The gateway's certificates. A configured pair comes first; the local CA signs for the names that are left. The choice
/// depends on the name that the client asks for in its hello (SNI) and on nothing else: browsers use one connection for
/// several hosts of a wildcard, so it is never compared with <c>Host</c>.
/// </summary>
public sealed partial class CertificateStore
{
    private readonly GatewaySettings _gateway;
    private readonly string _consoleHost;
    private readonly string _contentRoot;
    private readonly LocalCertificateAuthority _authority;
    private readonly ILogger<CertificateStore> _logger;
    private readonly TimeProvider _time;
    private volatile Served _served;
    private string _lastSeen;

    /// <summary>Loads the certificates. Throws <see cref="CertificateException"/> when they are unusable.</summary>
    public CertificateStore(
        IOptions<GatewaySettings> gateway,
        IOptions<ConsoleSettings> console,
        DataPaths paths,
        IHostEnvironment environment,
        TimeProvider time,
        ILogger<CertificateStore> logger)
    {
        _gateway = gateway.Value;
        _consoleHost = new Uri(console.Value.PublicUrl).IdnHost;
        _time = time;
        _logger = logger;
        _contentRoot = environment.ContentRootPath;
        _authority = new LocalCertificateAuthority(paths.Certificates, _gateway.ProxyDomain, _consoleHost, time);
        _lastSeen = Look();
        try
        {
            _served = Load();
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            var settings = IsConfigured(out _, out _)
                ? "Gateway:CertificatePath and Gateway:CertificateKeyPath"
                : "Console:DataDirectory (its folder certificates)";
            throw new CertificateException($"{settings}: {exception.Message}", exception);
        }
    }

    /// <summary>How to trust the local CA; null when it signs nothing.</summary>
    public TrustInstruction? TrustInstruction =>
        _served.UsesAuthority ? Tls.TrustInstruction.For(_authority.CertificatePath) : null;

    /// <summary>The local CA's certificate file (PEM); null when it signs nothing.</summary>
    public string? AuthorityPath => _served.UsesAuthority ? _authority.CertificatePath : null;

    /// <summary>The certificates in use, in the order in which they are chosen.</summary>
    public IReadOnlyList<ServedCertificate> Certificates =>
        [.. _served.Certificates.Select(options => ServedCertificate.Of(options.ServerCertificateContext!.TargetCertificate))];

    /// <summary>Why the files that are there now are not used, for the operator; null when they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>What to serve a client that asks for this name; null or empty stands for a client that names none.</summary>
    internal SslServerAuthenticationOptions Select(string? serverName)
    {
        var all = _served.Certificates;
        if (all.Length > 1 && !string.IsNullOrEmpty(serverName))
        {
            foreach (var candidate in all)
            {
                if (Covers(candidate.ServerCertificateContext!.TargetCertificate, serverName))
                {
                    return candidate;
                }
            }
        }

        return all[0];
    }

    /// <summary>Looks at the files again and swaps what changed; connections that are open keep what they have.</summary>
    internal void Refresh()
    {
        var seen = Look();
        if (seen == _lastSeen)
        {
            return;
        }

        _lastSeen = seen;
        try
        {
            var loaded = Load();
            Problem = null;
            if (!loaded.IsSameAs(_served))
            {
                _served = loaded;
                LogSwapped(loaded.Certificates[0].ServerCertificateContext!.TargetCertificate.NotAfter);
            }
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            Problem = exception.Message;
            LogKeptOld(exception);
        }
    }

    private static bool IsUnusable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException;

    private static bool Covers(X509Certificate2 certificate, string name) =>
        Uri.CheckHostName(name) != UriHostNameType.Unknown && certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);

    private static SslServerAuthenticationOptions Serve(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

        // Made once and shared, because a context of its own for each connection would cost sessions that can be resumed.
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
    };

    // A mark of what is there now; an unreadable file is a state like any other, reported when it is loaded. The date makes
    // the mark change once a day, so that a local certificate is renewed in time.
    private string Look()
    {
        var today = _time.GetUtcNow().ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        try
        {
            return IsConfigured(out var path, out var keyPath)
                ? $"{today} {HashOf(path)} {HashOf(keyPath)}"
                : today;
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            return $"{today} {exception.Message}";
        }
    }

    private static string HashOf(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private bool IsConfigured([NotNullWhen(true)] out string? path, [NotNullWhen(true)] out string? keyPath)
    {
        path = Resolve(_gateway.CertificatePath);
        keyPath = Resolve(_gateway.CertificateKeyPath);
        return path is not null && keyPath is not null;
    }

    // Beside the settings that name it, wherever the console was started from.
    private string? Resolve(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, _contentRoot);

    private Served Load()
    {
        if (!IsConfigured(out var path, out var keyPath))
        {
            return new([Serve(_authority.GetLeaf(), [])], UsesAuthority: true);
        }

        var certificate = CertificateFiles.Read(path, keyPath);
        var configured = Serve(certificate, CertificateFiles.ReadChain(path));
        return Covers(certificate, _consoleHost) && Covers(certificate, $"pod-1.{_gateway.ProxyDomain}")
            ? new([configured], UsesAuthority: false)
            : new([configured, Serve(_authority.GetLeaf(), [])], UsesAuthority: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A new certificate is served from now on, valid until {NotAfter:u}.")]
    private partial void LogSwapped(DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "The certificate files cannot be used; the certificates loaded before stay in use.")]
    private partial void LogKeptOld(Exception exception);

    private sealed record Served(ImmutableArray<SslServerAuthenticationOptions> Certificates, bool UsesAuthority)
    {
        public bool IsSameAs(Served other) => Thumbprints.SequenceEqual(other.Thumbprints);

        private IEnumerable<string> Thumbprints =>
            Certificates.Select(options => options.ServerCertificateContext!.TargetCertificate.Thumbprint);
    }
}
