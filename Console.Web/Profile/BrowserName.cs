namespace PodConsole.Web.Profile;

/// <summary>Names a browser by what it calls itself.</summary>
internal static class BrowserName
{
    // Most claim to be others too: the first that is found counts.
    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>"Firefox on Linux"; "Another browser" when it tells nothing known.</summary>
    public static string Of(string userAgent)
    {
        var browser = Find(Browsers, userAgent) ?? "Another browser";
        return Find(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;
    }

    private static string? Find((string Sign, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(item => userAgent.Contains(item.Sign, StringComparison.Ordinal)).Name;
}
