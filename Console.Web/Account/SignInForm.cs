using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>Checks a password and signs in. Every failure looks the same and takes the same work.</summary>
internal sealed class SignInForm(UserManager<User> users, SignInManager<User> signIn)
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

        var result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await SignInAsync(user);
        }

        return result.Succeeded;
    }

    /// <summary>Signs an account in. Each sign-in has an id of its own, by which its circuits end with it.</summary>
    public Task SignInAsync(User user) =>
        signIn.SignInWithClaimsAsync(user, isPersistent: true, [new Claim(SessionEnds.ClaimType, Guid.NewGuid().ToString("N"))]);
}
