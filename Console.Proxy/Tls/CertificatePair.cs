using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Proxy.Tls;

/// <summary>A configured certificate and its key, which may be replaced while the console runs.</summary>
/// <param name="setting">The setting that names the certificate, for the operator.</param>
/// <param name="path">PEM file of the chain.</param>
/// <param name="keyPath">PEM file of the key.</param>
internal sealed class CertificatePair(string setting, string path, string keyPath)
{
    private string _lastSeen = "";

    /// <summary>What is served; null before the first <see cref="Refresh"/>.</summary>
    public SslServerAuthenticationOptions? Served { get; private set; }

    /// <summary>Why the files that are there now are not used, and what helps; null when they are.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the files when they changed. A pair that cannot be used leaves what was loaded before.</summary>
    /// <returns>Whether another certificate is served now.</returns>
    public bool Refresh()
    {
        var seen = Look();
        if (seen == _lastSeen)
        {
            return false;
        }

        _lastSeen = seen;
        try
        {
            var loaded = Serve(CertificateFiles.Read(path, keyPath), CertificateFiles.ReadChain(path));
            var isNew = ThumbprintOf(loaded) != ThumbprintOf(Served);
            (Served, Problem) = (isNew ? loaded : Served, null);
            return isNew;
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            Problem = $"{setting}: {exception.Message} Put a certificate and its key at {path} and {keyPath}; they are read again within seconds.";
            return false;
        }
    }

    /// <summary>How a certificate is served.</summary>
    public static SslServerAuthenticationOptions Serve(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,

        // Made once and shared, because a context of its own for each connection would cost sessions that can be resumed.
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
    };

    /// <summary>Whether files could not be read, or are no certificates.</summary>
    public static bool IsUnusable(Exception exception) => exception is IOException or UnauthorizedAccessException or CryptographicException;

    private static string? ThumbprintOf(SslServerAuthenticationOptions? served) => served?.ServerCertificateContext!.TargetCertificate.Thumbprint;

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
