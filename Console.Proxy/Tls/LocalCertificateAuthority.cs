using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Proxy.Tls;

/// <summary>
/// A certificate authority of this installation alone, for a machine without a certificate: it signs for the names the
/// gateway serves, and its name constraints let it sign for nothing else.
/// </summary>
internal sealed class LocalCertificateAuthority(string directory, string proxyDomain, string consoleHost, TimeProvider time)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);

    // Browsers refuse more than 398 days; the clock of a client may be behind by up to the hour.
    private static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly string[] _domains = DomainsOf(proxyDomain, consoleHost);

    // Of a console that is opened by its address.
    private readonly IPAddress? _consoleAddress = IPAddress.TryParse(consoleHost, out var address) && !IPAddress.IsLoopback(address) ? address : null;

    /// <summary>The CA's certificate, the one to trust.</summary>
    public string CertificatePath { get; } = Path.Combine(directory, "pod-console-ca.crt");

    private string KeyPath => Path.Combine(directory, "pod-console-ca.key");

    private string LeafPath => Path.Combine(directory, "gateway.crt");

    private string LeafKeyPath => Path.Combine(directory, "gateway.key");

    /// <summary>The server certificate, from its file or newly signed when that is missing, unfit or about to end.</summary>
    public X509Certificate2 GetLeaf()
    {
        using var authority = GetAuthority();
        if (CertificateFiles.TryRead(LeafPath, LeafKeyPath) is { } present && IsFit(present, authority))
        {
            return present;
        }

        Sign(authority);
        return CertificateFiles.Read(LeafPath, LeafKeyPath);
    }

    // Each permits everything below it too, so none that is below another is added.
    private static string[] DomainsOf(string proxyDomain, string consoleHost)
    {
        List<string> domains = ["localhost"];
        foreach (var name in new[] { proxyDomain, consoleHost })
        {
            if (!domains.Exists(domain => IsAtOrBelow(name, domain)) && !IPAddress.TryParse(name, out _))
            {
                domains.Add(name.ToLowerInvariant());
            }
        }

        return [.. domains];
    }

    private static bool IsAtOrBelow(string name, string domain) =>
        name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);

    private X509Certificate2 GetAuthority()
    {
        if (CertificateFiles.TryRead(CertificatePath, KeyPath) is { } present
            && present.NotAfter.ToUniversalTime() > time.GetUtcNow() + LeafLifetime
            && NameConstraints.AreOf(present, _domains, _consoleAddress))
        {
            return present;
        }

        CreateDirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Pod Console local CA ({Environment.MachineName})", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(NameConstraints.Create(_domains, _consoleAddress));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - ClockSlack, now + AuthorityLifetime);
        CertificateFiles.Write(CertificatePath, KeyPath, certificate, key);
        return CertificateFiles.Read(CertificatePath, KeyPath);
    }

    private void Sign(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Pod Console gateway", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(SubjectNames());
        var start = time.GetUtcNow() - ClockSlack;
        using var certificate = request.Create(authority, start, start + LeafLifetime, RandomNumberGenerator.GetBytes(16));
        CertificateFiles.Write(LeafPath, LeafKeyPath, certificate, key);
    }

    private X509Extension SubjectNames()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in DnsNames().Distinct(StringComparer.OrdinalIgnoreCase))
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        if (_consoleAddress is not null)
        {
            names.AddIpAddress(_consoleAddress);
        }

        return names.Build();
    }

    private IEnumerable<string> DnsNames()
    {
        yield return "localhost";
        yield return proxyDomain;
        yield return $"*.{proxyDomain}";
        if (!IPAddress.TryParse(consoleHost, out _))
        {
            yield return consoleHost;
        }
    }

    private bool IsFit(X509Certificate2 leaf, X509Certificate2 authority) =>
        leaf.NotAfter.ToUniversalTime() > time.GetUtcNow() + RenewBefore
        && leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } issuer
        && issuer.Span.SequenceEqual(authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First().SubjectKeyIdentifierBytes.Span)
        && leaf.Extensions["2.5.29.17"] is { } names
        && names.RawData.AsSpan().SequenceEqual(SubjectNames().RawData);

    private void CreateDirectory()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            // Other users may read the certificate in it; the keys have modes of their own.
            const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            Directory.CreateDirectory(directory, mode);
        }
    }
}
