using System.Security.Cryptography.X509Certificates;
using PodConsole.Proxy.Tls;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>What clients of a store get to see.</summary>
internal static class ServedCertificates
{
    /// <summary>Whom the certificate for this name says it is for.</summary>
    public static string SubjectFor(this CertificateStore store, string? name) => store.CertificateFor(name).Subject;

    /// <summary>The mark of the certificate for clients that name nobody.</summary>
    public static string Thumbprint(this CertificateStore store) => store.CertificateFor(null).Thumbprint;

    private static X509Certificate2 CertificateFor(this CertificateStore store, string? name) =>
        store.Select(name).ServerCertificateContext!.TargetCertificate;
}
