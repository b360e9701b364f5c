using PodConsole.Proxy.Tls;

namespace PodConsole.Web.Certificates;

/// <summary>What of certificates is not a page.</summary>
internal static class CertificateEndpoints
{
    public static void MapCertificates(this IEndpointRouteBuilder routes) => routes.MapGet(CertificatePaths.Authority, Download);

    private static IResult Download(CertificateStore certificates) => certificates.AuthorityPath is { } path
        ? Results.File(path, "application/x-x509-ca-cert", CertificatePaths.AuthorityFile)
        : Results.NotFound();
}
