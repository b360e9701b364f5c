using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;

namespace PodConsole.Domain.Accounts;

/// <summary>Checks codes of authenticator apps (RFC 6238) and recovery codes. Either works once.</summary>
public sealed class SecondFactor(TimeProvider clock)
{
    // Longer than a code is accepted, clocks that differ included.
    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string UserId, string Code), DateTimeOffset> _used = new();

    /// <summary>Whether a code is right; a recovery code is then gone.</summary>
    /// <param name="users">Identity's view of the account.</param>
    /// <param name="user">The account.</param>
    /// <param name="code">As typed: spaces and hyphens in the code of an app do not matter.</param>
    public async Task<bool> VerifyAsync(UserManager<User> users, User user, string code)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 6 && digits.All(char.IsAsciiDigit)
            ? await users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, digits) && TryUse(user.Id, digits)
            : (await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded;
    }

    // Whoever looks over a shoulder shall not use the same code again.
    private bool TryUse(string userId, string code)
    {
        var now = clock.GetUtcNow();
        foreach (var (used, end) in _used)
        {
            if (end < now)
            {
                _used.TryRemove(used, out _);
            }
        }

        return _used.TryAdd((userId, code), now + CodeLife);
    }
}
