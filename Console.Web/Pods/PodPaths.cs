using PodConsole.Domain.Pods;

namespace PodConsole.Web.Pods;

/// <summary>The tabs of a pod's drawer, in their order.</summary>
public enum PodTab
{
    Connect,
    Details,
    Logs,
    Readme,
}

/// <summary>Addresses of the pods' pages: what is open is in the address, so that it can be linked and survives a reload.</summary>
internal static class PodPaths
{
    /// <summary>The list.</summary>
    public const string List = "/pods";

    /// <summary>A pod's drawer on one of its tabs.</summary>
    public static string Of(PodId podId, PodTab tab) => $"{List}/{podId}?tab={tab.ToString().ToLowerInvariant()}";

    /// <summary>The tab that an address names; the first one for anything else.</summary>
    public static PodTab TabOf(string? text) =>
        Enum.GetValues<PodTab>().FirstOrDefault(tab => string.Equals(tab.ToString(), text, StringComparison.OrdinalIgnoreCase));
}
