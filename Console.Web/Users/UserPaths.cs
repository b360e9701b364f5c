using PodConsole.Domain.Accounts;
using PodConsole.Domain.Settings;
using PodConsole.Web.Account;

namespace PodConsole.Web.Users;

/// <summary>Addresses of the pages about accounts.</summary>
internal static class UserPaths
{
    public const string List = "/users";

    /// <summary>The address of a link that somebody is to be sent.</summary>
    /// <param name="console">Where people open the console.</param>
    /// <param name="made">The link.</param>
    public static string UrlOf(ConsoleSettings console, LinkResult.Made made) =>
        $"{console.PublicUrl.TrimEnd('/')}{(made.Link.IsInvitation ? AccountPaths.Join : AccountPaths.ResetPassword)}?code={made.Code}";
}
