namespace PodConsole.Web.Audit;

/// <summary>Addresses of the audit pages.</summary>
internal static class AuditPaths
{
    public const string Page = "/audit";
}
