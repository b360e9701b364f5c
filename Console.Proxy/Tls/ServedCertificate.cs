using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Proxy.Tls;

/// <summary>A certificate that the gateway serves, as people are shown it.</summary>
/// <param name="Names">The host names it is for, wildcards included.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="NotAfter">The last moment it is valid, UTC.</param>
public sealed record ServedCertificate(IReadOnlyList<string> Names, string Issuer, DateTime NotAfter)
{
    internal static ServedCertificate Of(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => $"{address}")));
        return new([.. names], certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true), certificate.NotAfter.ToUniversalTime());
    }
}
