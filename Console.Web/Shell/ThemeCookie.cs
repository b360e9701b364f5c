namespace PodConsole.Web.Shell;

/// <summary>The chosen theme. A plain cookie, so that the first answer already has the right colours.</summary>
internal static class ThemeCookie
{
    public const string Name = "theme";

    /// <summary><c>dark</c>, <c>light</c>, or empty for the system's.</summary>
    public static string Read(HttpContext context) =>
        context.Request.Cookies[Name] is "dark" or "light" ? context.Request.Cookies[Name]! : "";
}
