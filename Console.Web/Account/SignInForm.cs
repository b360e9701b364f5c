using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>Checks a password and signs in. Every failure looks the same and takes the same work.</summary>
internal sealed class SignInForm(
    UserManager<User> users, IUserClaimsPrincipalFactory<User> principals, Sessions sessions, IHttpContextAccessor accessor)
{
    // Checked for unknown accounts, so that their answer takes as long as that for a wrong password.
    private static readonly Lazy<string> UnknownHash = new(() => new PasswordHasher<User>().HashPassword(new User(), Guid.NewGuid().ToString()));

    /// <summary>Whether it signed in.</summary>
    public async Task<bool> TryAsync(string email, string password)
    {
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            users.PasswordHasher.VerifyHashedPassword(new User(), UnknownHash.Value, password);
            return false;
        }

        if (await users.IsLockedOutAsync(user))
        {
            return false;
        }

        if (!await users.CheckPasswordAsync(user, password))
        {
            await users.AccessFailedAsync(user);
            return false;
        }

        await users.ResetAccessFailedCountAsync(user);
        if (user.DisabledAt is not null)
        {
            return false;
        }

        await SignInAsync(user);
        return true;
    }

    /// <summary>Signs an account in. Each sign-in is a session of its own.</summary>
    public async Task SignInAsync(User user)
    {
        var context = accessor.HttpContext!;
        var actor = new Actor(user.Id) { Source = SourceClaim.Of(context) };
        var session = await sessions.StartAsync(actor, context.Request.Headers.UserAgent.ToString());
        var principal = await principals.CreateAsync(user);
        principal.Identities.First().AddClaim(new Claim(SessionCookie.ClaimType, session));
        await context.SignInAsync(IdentityConstants.ApplicationScheme, principal, new() { IsPersistent = true });
    }
}
