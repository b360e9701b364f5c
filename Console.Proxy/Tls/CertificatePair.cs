using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Proxy.Tls;

/// <summary>A configured certificate and its key, which may be replaced while the console runs.</summary>
/// <param name="setting">The setting that names the certificate, for the operator.</param>
/// <param name="path">PEM file of the chain.</param>
/// <param name="keyPath">PEM file of the key.</param>
/// <param name="names">The host names (or <c>*.domain</c>) that nothing else configured is for; the first is what the setting is meant for.</param>
/// <param name="clock">Tells whether a certificate has ended.</param>
internal sealed class CertificatePair(string setting, string path, string keyPath, IReadOnlyList<string> names, TimeProvider clock)
{
    private const string KeptOld = "The certificate that was loaded before stays in use. ";

    private string _lastSeen = "";

    /// <summary>What is served; null before the first <see cref="Refresh"/>.</summary>
    public SslServerAuthenticationOptions? Served { get; private set; }

    /// <summary>What is wrong with the files that are there now, what is served therefore, and what helps; null when they are right.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Reads the files when they changed. A pair that cannot be read, that has ended, or that is not for a name its predecessor
    /// was for leaves what was loaded before. The first one is served even so: to serve none would help nobody.
    /// </summary>
    /// <returns>Whether another certificate, or the same with another chain, is served now.</returns>
    public bool Refresh()
    {
        var seen = Look();
        if (seen == _lastSeen)
        {
            return false;
        }

        try
        {
            var (found, chain) = CertificateFiles.ReadWithChain(path, keyPath);
            var present = Served?.ServerCertificateContext!.TargetCertificate;
            var (flaw, isWorse) = Compare(found, present);
            var isRefused = present is not null && isWorse && found.Thumbprint != present.Thumbprint;
            Problem = flaw is null ? null : Say($"{flaw} {(isRefused ? KeptOld : "It is served even so. ")}");
            var candidate = isRefused ? null : Serve(found, chain);

            // Not before: what could not be read for a passing reason is read again.
            _lastSeen = seen;
            if (candidate is null || (Served is not null && ThumbprintsOf(candidate).SequenceEqual(ThumbprintsOf(Served))))
            {
                found.Dispose();
                return false;
            }

            Served = candidate;
            return true;
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            Problem = Say($"{exception.Message} {(Served is null ? "" : KeptOld)}");
            return false;
        }
    }

    /// <summary>Whether a certificate is for a host name.</summary>
    public static bool Covers(X509Certificate2 certificate, string name) =>
        Uri.CheckHostName(name) != UriHostNameType.Unknown && certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);

    /// <summary>How a certificate is served.</summary>
    public static SslServerAuthenticationOptions Serve(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

        // Made once and shared, because a context of its own for each connection would cost sessions that can be resumed.
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
    };

    /// <summary>What tells whether clients are sent the same: the certificate and the chain that goes along.</summary>
    public static IEnumerable<string> ThumbprintsOf(SslServerAuthenticationOptions served) =>
        served.ServerCertificateContext!.IntermediateCertificates.Prepend(served.ServerCertificateContext.TargetCertificate)
            .Select(certificate => certificate.Thumbprint);

    /// <summary>Whether files could not be read, or are no certificates.</summary>
    public static bool IsUnusable(Exception exception) => exception is IOException or UnauthorizedAccessException or CryptographicException;

    private static bool IsFor(X509Certificate2 certificate, string name) => Covers(certificate, name.Replace('*', '0'));

    private (string? Flaw, bool IsWorse) Compare(X509Certificate2 found, X509Certificate2? present)
    {
        var end = found.NotAfter.ToUniversalTime();
        if (end <= clock.GetUtcNow().UtcDateTime)
        {
            return ($"The certificate ended on {end:u}.", true);
        }

        var missing = names.Where(name => !IsFor(found, name)).ToList();
        var lost = missing.Where(name => present is not null && IsFor(present, name)).ToList();
        var wanted = lost.Count > 0 ? lost : [.. missing.Where(name => name == names[0])];
        return wanted.Count == 0 ? (null, false)
            : ($"The certificate is for {Join(ServedCertificate.Of(found).Names)}, not for {Join(wanted)}.", lost.Count > 0);
    }

    private static string Join(IReadOnlyList<string> list) => list.Count == 0 ? "no name" : string.Join(", ", list);

    private string Say(string what) => $"{setting}: {what}Put a certificate and its key at {path} and {keyPath}; they are read again within seconds.";

    // An unreadable file is a state like any other.
    private string Look()
    {
        try
        {
            return $"{HashOf(path)} {HashOf(keyPath)}";
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            return exception.Message;
        }
    }

    private static string HashOf(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
