using System.Collections.Immutable;
using System.Net.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Proxy.Tls;

/// <summary>
/// The gateway's certificates. Configured pairs come first, the console's own before the pods'; the local CA signs for the
/// names that are left. The choice depends on the name that the client asks for in its hello (SNI) and on nothing else:
/// browsers use one connection for several hosts of a wildcard, so it is never compared with <c>Host</c>.
/// </summary>
public sealed partial class CertificateStore
{
    private readonly GatewaySettings _gateway;
    private readonly string _consoleHost;
    private readonly string _contentRoot;
    private readonly LocalCertificateAuthority _authority;
    private readonly ILogger<CertificateStore> _logger;
    private readonly TimeProvider _time;
    private readonly ImmutableArray<CertificatePair> _pairs;
    private volatile Served _served;
    private DateOnly _localSeen;

    // Whether a pair was swapped and is not served yet.
    private bool _isSwapped;

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
        var forConsole = PairOf(
            "Gateway:ConsoleCertificatePath", _gateway.ConsoleCertificatePath, _gateway.ConsoleCertificateKeyPath, _consoleHost);
        var pods = $"*.{_gateway.ProxyDomain}";
        string[] left = forConsole is null ? [pods, _consoleHost] : [pods];
        var forPods = PairOf("Gateway:CertificatePath", _gateway.CertificatePath, _gateway.CertificateKeyPath, left);
        _pairs = [.. new[] { forConsole, forPods }.OfType<CertificatePair>()];
        foreach (var pair in _pairs)
        {
            pair.Refresh();
            if (pair.Served is null)
            {
                throw new CertificateException(pair.Problem!);
            }
        }

        try
        {
            _served = Choose();
        }
        catch (Exception exception) when (CertificatePair.IsUnusable(exception))
        {
            throw new CertificateException($"Console:DataDirectory (its folder certificates): {exception.Message}", exception);
        }

        foreach (var problem in Problems)
        {
            LogProblem(problem);
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

    /// <summary>What is wrong with the files that are there now, what is served therefore, and what helps, for the operator.</summary>
    public IReadOnlyList<string> Problems => [.. _pairs.Select(pair => pair.Problem).Append(LocalProblem).OfType<string>()];

    private string? LocalProblem { get; set; }

    /// <summary>What to serve a client that asks for this name; null or empty stands for a client that names none.</summary>
    internal SslServerAuthenticationOptions Select(string? serverName)
    {
        var all = _served.Certificates;
        if (all.Length > 1 && !string.IsNullOrEmpty(serverName))
        {
            foreach (var candidate in all)
            {
                if (CertificatePair.Covers(candidate.ServerCertificateContext!.TargetCertificate, serverName))
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
        var before = Problems;
        foreach (var pair in _pairs)
        {
            _isSwapped |= pair.Refresh();
        }

        try
        {
            // Once a day, so that a local certificate is renewed in time.
            if (_isSwapped || DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime) != _localSeen)
            {
                var chosen = Choose();
                (_isSwapped, LocalProblem) = (false, null);
                if (!chosen.Thumbprints.SequenceEqual(_served.Thumbprints))
                {
                    _served = chosen;
                    var firstEnd = Certificates.Min(certificate => certificate.NotAfter);
                    LogSwapped(firstEnd);
                }
            }
        }
        catch (Exception exception) when (CertificatePair.IsUnusable(exception))
        {
            LocalProblem = $"Console:DataDirectory (its folder certificates): {exception.Message} What was loaded before stays in use.";
        }

        foreach (var problem in Problems.Except(before))
        {
            LogProblem(problem);
        }
    }

    // Paths are beside the settings that name them, wherever the console was started from.
    private CertificatePair? PairOf(string setting, string? path, string? keyPath, params string[] names) =>
        string.IsNullOrEmpty(path) || string.IsNullOrEmpty(keyPath) ? null
            : new(setting, Path.GetFullPath(path, _contentRoot), Path.GetFullPath(keyPath, _contentRoot), names, _time);

    private Served Choose()
    {
        ImmutableArray<SslServerAuthenticationOptions> configured = [.. _pairs.Select(pair => pair.Served!)];
        var covered = IsCovered(_consoleHost) && IsCovered($"pod-1.{_gateway.ProxyDomain}");
        var served = covered ? new Served(configured, UsesAuthority: false)
            : new([.. configured, CertificatePair.Serve(_authority.GetLeaf(), [])], UsesAuthority: true);
        _localSeen = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        return served;

        bool IsCovered(string name) => configured.Any(options => CertificatePair.Covers(options.ServerCertificateContext!.TargetCertificate, name));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "New certificates are served from now on; the first of all ends {NotAfter:u}.")]
    private partial void LogSwapped(DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "Certificate files are not as they should be. {Problem}")]
    private partial void LogProblem(string problem);

    private sealed record Served(ImmutableArray<SslServerAuthenticationOptions> Certificates, bool UsesAuthority)
    {
        public IEnumerable<string> Thumbprints => Certificates.SelectMany(CertificatePair.ThumbprintsOf);
    }
}
