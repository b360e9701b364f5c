namespace PodConsole.Web.Certificates;

/// <summary>Addresses of the certificates page and its download.</summary>
internal static class CertificatePaths
{
    public const string Page = "/certificates";
    public const string Authority = "/certificates/" + AuthorityFile;
    public const string AuthorityFile = "pod-console-ca.crt";
}
