using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>What people do with their own accounts.</summary>
public sealed class OwnAccount(
    IServiceScopeFactory scopes, AuditTrail audit, Sessions sessions, SignInGuard guard, SecondFactor secondFactor)
{
    /// <summary>Recovery codes that are made at a time.</summary>
    public const int RecoveryCodes = 10;

    /// <summary>The caller's account.</summary>
    public async Task<OwnProfile?> FindAsync(Actor actor)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        return await users.FindByIdAsync(actor.UserId) is { } user
            ? new(user.Email ?? "", new(Roles.Highest(await users.GetRolesAsync(user)), user.MaxPods, user.MaxTcpPorts), user.CreatedAt,
                user.TwoFactorEnabled, user.TwoFactorEnabled ? await users.CountRecoveryCodesAsync(user) : 0)
            : null;
    }

    /// <summary>Changes the password, and ends all other sessions.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="session">His session, which goes on.</param>
    /// <param name="current">The password that he has.</param>
    /// <param name="wanted">The one that he wants.</param>
    public Task<AccountResult> ChangePasswordAsync(Actor actor, string session, string current, string wanted) =>
        ChangeAsync(actor, AuditActions.PasswordChange, session, current, async (users, user) =>
        {
            var result = await users.ChangePasswordAsync(user, current, wanted);
            return result.Succeeded ? null
                : new AccountResult.Invalid([.. result.Errors.Select(error => new Pods.FieldError(AccountFields.NewPassword, error.Description))]);
        });

    /// <summary>Makes a new key for an authenticator app. It counts only once <see cref="EnableSecondFactorAsync"/> was given a code.</summary>
    /// <returns>The key, in Base32; null when the account has a second factor already.</returns>
    public async Task<string?> NewAuthenticatorKeyAsync(Actor actor)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByIdAsync(actor.UserId) is not { TwoFactorEnabled: false } user)
        {
            return null;
        }

        await users.ResetAuthenticatorKeyAsync(user);
        return await users.GetAuthenticatorKeyAsync(user);
    }

    /// <summary>Asks for a second factor from now on, once a code shows that the app has the key.</summary>
    /// <returns>The recovery codes, which are shown once; null when the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> EnableSecondFactorAsync(Actor actor, string code)
    {
        IReadOnlyList<string>? codes = null;
        await ChangeAsync(actor, AuditActions.SecondFactorOn, null, null, async (users, user) =>
        {
            if (user.TwoFactorEnabled || !await secondFactor.VerifyAsync(users, user, code))
            {
                return new AccountResult.NotFound();
            }

            await users.SetTwoFactorEnabledAsync(user, true);
            codes = [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];
            return null;
        });
        return codes;
    }

    /// <summary>Asks for no second factor any more.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="password">His password.</param>
    public Task<AccountResult> DisableSecondFactorAsync(Actor actor, string password) =>
        ChangeAsync(actor, AuditActions.SecondFactorOff, null, password, async (users, user) =>
        {
            await users.SetTwoFactorEnabledAsync(user, false);
            await users.ResetAuthenticatorKeyAsync(user);
            return null;
        });

    /// <summary>Replaces the recovery codes.</summary>
    /// <returns>The new ones, which are shown once; null when the password is wrong, or the account has no second factor.</returns>
    public async Task<(IReadOnlyList<string>? Codes, AccountResult Result)> NewRecoveryCodesAsync(Actor actor, string password)
    {
        IReadOnlyList<string>? codes = null;
        var result = await ChangeAsync(actor, AuditActions.RecoveryCodes, null, password, async (users, user) =>
        {
            if (!user.TwoFactorEnabled)
            {
                return new AccountResult.NotFound();
            }

            codes = [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];
            return null;
        });
        return (codes, result);
    }

    // With a password: it is checked first, and wrong ones count like failed sign-ins. With a session: the others end.
    private async Task<AccountResult> ChangeAsync(
        Actor actor, string action, string? session, string? password, Func<UserManager<User>, User, Task<AccountResult?>> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        if (await users.FindByIdAsync(actor.UserId) is not { Email: { } email } user)
        {
            return new AccountResult.NotFound();
        }

        if (password is not null && await FindObstacleAsync(actor, email, () => users.CheckPasswordAsync(user, password)) is { } obstacle)
        {
            return new AccountResult.Invalid([new(AccountFields.Password, obstacle)]);
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await change(users, user) is { } refusal)
        {
            return refusal;
        }

        var ended = session is null ? [] : await Sessions.DeleteAsync(db, actor.UserId, except: session);
        await audit.RecordAsync(db, actor, action, new(actor.UserId, actor.UserId, email));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await sessions.TellEndedAsync(actor.UserId, ended);
        return new AccountResult.Saved();
    }

    private async Task<string?> FindObstacleAsync(Actor actor, string email, Func<Task<bool>> check)
    {
        const string Locked = "There were too many wrong tries. Wait for 15 minutes, then try again.";
        return await guard.FindLockAsync(email) is not null ? Locked
            : await check() ? null
            : await guard.FailAsync(email, actor) is not null ? Locked
            : "This is not your password.";
    }
}

/// <summary>An account as its owner sees it.</summary>
/// <param name="Email">Its e-mail address.</param>
/// <param name="Rights">Its role and limits.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="HasSecondFactor">Whether it signs in with a second factor.</param>
/// <param name="RecoveryCodes">How many recovery codes are left.</param>
public sealed record OwnProfile(string Email, AccountRights Rights, DateTime CreatedAt, bool HasSecondFactor, int RecoveryCodes);

/// <summary>Names of fields in errors about accounts.</summary>
public static class AccountFields
{
    /// <summary>The password that the account has.</summary>
    public const string Password = "Password";

    /// <summary>The password that it shall have.</summary>
    public const string NewPassword = "NewPassword";
}
