namespace PodConsole.Web.Profile;

/// <summary>The tabs of the profile, in their order.</summary>
public enum ProfileTab
{
    Account,
    Keys,
    Sessions,
    Activity,
}

/// <summary>Addresses of the profile: the open tab is in the address.</summary>
internal static class ProfilePaths
{
    public const string Page = "/profile";

    /// <summary>The profile on one of its tabs.</summary>
    public static string Of(ProfileTab tab) => $"{Page}?tab={tab.ToString().ToLowerInvariant()}";

    /// <summary>The tab that an address names; the first one for anything else.</summary>
    public static ProfileTab TabOf(string? text) =>
        Enum.GetValues<ProfileTab>().FirstOrDefault(tab => string.Equals(tab.ToString(), text, StringComparison.OrdinalIgnoreCase));
}
