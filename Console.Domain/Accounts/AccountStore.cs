using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>
/// Identity's store, but for the secrets of second factors: keys of authenticator apps are encrypted at rest, with keys that
/// are not in the database, and of recovery codes only hashes are kept.
/// </summary>
internal sealed class AccountStore(ConsoleDbContext db, IDataProtectionProvider protection, IdentityErrorDescriber describer)
    : UserStore<User, IdentityRole, ConsoleDbContext>(db, describer)
{
    private readonly IDataProtector _protector = protection.CreateProtector("PodConsole.AuthenticatorKeys");

    public override Task SetAuthenticatorKeyAsync(User user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, _protector.Protect(key), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(User user, CancellationToken cancellationToken) =>
        await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { Length: > 0 } key ? _protector.Unprotect(key) : null;

    public override Task ReplaceCodesAsync(User user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(code => HashOf(user, code)), cancellationToken);

    public override Task<bool> RedeemCodeAsync(User user, string code, CancellationToken cancellationToken) =>
        base.RedeemCodeAsync(user, HashOf(user, code), cancellationToken);

    // Salted, and slow enough that the codes' 50 random bits cannot be searched.
    private static string HashOf(User user, string code) => Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(code.Trim().ToUpperInvariant()), Encoding.UTF8.GetBytes(user.Id), 100_000, HashAlgorithmName.SHA256, 32));
}
