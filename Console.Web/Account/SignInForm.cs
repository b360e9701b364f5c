using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>
/// Checks a password, then the code of a second factor if the account has one, and signs in. Every failure looks the same and
/// takes the same work, whether there is such an account or not.
/// </summary>
internal sealed class SignInForm(
    UserManager<User> users,
    IUserClaimsPrincipalFactory<User> principals,
    SignInGuard guard,
    SecondFactor secondFactor,
    Sessions sessions,
    IDataProtectionProvider protection,
    CurrentRequest current)
{
    private static readonly TimeSpan TicketLife = TimeSpan.FromMinutes(5);

    // Checked for unknown accounts, so that their answer takes as long as that for a wrong password.
    private static readonly string UnknownHash = new PasswordHasher<User>().HashPassword(new User(), Guid.NewGuid().ToString());

    private readonly ITimeLimitedDataProtector _tickets = protection.CreateProtector("PodConsole.SignIn").ToTimeLimitedDataProtector();

    private HttpContext Context => current.Context!;

    /// <summary>Tries a password.</summary>
    public async Task<SignInOutcome> TryPasswordAsync(string email, string password)
    {
        if (await guard.FindLockAsync(email) is { } wait)
        {
            return new SignInOutcome.Locked(wait);
        }

        var user = await users.FindByEmailAsync(email);
        var right = users.PasswordHasher.VerifyHashedPassword(user ?? new(), user?.PasswordHash ?? UnknownHash, password) != PasswordVerificationResult.Failed;
        if (!right || user is not { DisabledAt: null })
        {
            return await FailAsync(email, user);
        }

        // Failed tries are forgotten only when all of the sign-in has succeeded: else a known password would give any
        // number of tries at the code.
        return user.TwoFactorEnabled
            ? new SignInOutcome.CodeNeeded(_tickets.Protect($"{user.Id} {user.SecurityStamp}", TicketLife))
            : await SucceedAsync(user);
    }

    /// <summary>Tries the code of a second factor, after the password.</summary>
    public async Task<SignInOutcome> TryCodeAsync(string ticket, string code)
    {
        if (await OpenAsync(ticket) is not { Email: { } email } user)
        {
            return new SignInOutcome.Wrong();
        }

        if (await guard.FindLockAsync(email) is { } wait)
        {
            return new SignInOutcome.Locked(wait);
        }

        if (await secondFactor.VerifyAsync(users, user, code))
        {
            return await SucceedAsync(user);
        }

        return await FailAsync(email, user) is SignInOutcome.Locked locked ? locked : new SignInOutcome.CodeNeeded(ticket);
    }

    /// <summary>Signs an account in. Each sign-in is a session of its own.</summary>
    public async Task SignInAsync(User user)
    {
        var session = await sessions.StartAsync(ActorOf(user), Context.Request.Headers.UserAgent.ToString());
        var principal = await principals.CreateAsync(user);
        principal.Identities.First().AddClaim(new Claim(SessionCookie.ClaimType, session));
        await Context.SignInAsync(IdentityConstants.ApplicationScheme, principal, new() { IsPersistent = true });
    }

    private Actor ActorOf(User user) => new(user.Id) { Source = SourceClaim.Of(Context) };

    private async Task<SignInOutcome> FailAsync(string email, User? user) =>
        await guard.FailAsync(email, user is null ? null : ActorOf(user)) is { } wait ? new SignInOutcome.Locked(wait) : new SignInOutcome.Wrong();

    private async Task<SignInOutcome> SucceedAsync(User user)
    {
        await guard.ClearAsync(user.Email ?? "");
        await SignInAsync(user);
        return new SignInOutcome.SignedIn();
    }

    private async Task<User?> OpenAsync(string ticket)
    {
        try
        {
            return _tickets.Unprotect(ticket).Split(' ') is [var id, var stamp] && await users.FindByIdAsync(id) is { DisabledAt: null } user
                && user.SecurityStamp == stamp ? user : null;
        }
        catch (CryptographicException)
        {
            // Too old, or not ours.
            return null;
        }
    }
}
