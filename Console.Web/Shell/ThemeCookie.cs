namespace PodConsole.Web.Shell;

/// <summary>
/// The theme of a browser. Cookies, so that the first answer already has the right colours; like all of the console's, under
/// names that no page of another host can set.
/// </summary>
/// <param name="IsDark">Whether it is the dark one.</param>
/// <param name="FollowsSystem">Whether nobody chose it.</param>
public sealed record ThemeCookie(bool IsDark, bool FollowsSystem)
{
    private const string Chosen = "__Host-PodConsoleTheme";
    private const string System = "__Host-PodConsoleSystemTheme";

    /// <summary>What the person chose, or else what the system had when it was last seen; dark for a new browser.</summary>
    public static ThemeCookie Read(HttpContext context)
    {
        var chosen = context.Request.Cookies[Chosen];
        var isChosen = chosen is "dark" or "light";
        return new((isChosen ? chosen : context.Request.Cookies[System]) != "light", !isChosen);
    }
}
