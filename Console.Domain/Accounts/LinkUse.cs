using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>Takes the links of <see cref="AccountLinks"/>: whoever has one needs nothing else. Each is good for one success.</summary>
public sealed class LinkUse(IServiceScopeFactory scopes, Registration registration, AuditTrail audit, Sessions sessions, TimeProvider clock)
{
    /// <summary>The link of a code; null when there is none, or none any more.</summary>
    public async Task<AccountLink?> FindAsync(string? code)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await FindAsync(scope.ServiceProvider.GetRequiredService<ConsoleDbContext>(), code);
    }

    /// <summary>Makes the account of an invitation.</summary>
    /// <param name="code">The link's code.</param>
    /// <param name="password">The password that was chosen.</param>
    /// <param name="source">The network address of the person.</param>
    /// <returns>The account, or what is wrong; neither when the link is not good any more.</returns>
    public async Task<(User? User, IReadOnlyList<string> Problems)> JoinAsync(string? code, string password, string source)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await FindAsync(db, code) is not { IsInvitation: true } link)
        {
            return (null, []);
        }

        var user = new User { UserName = link.Email, Email = link.Email, MaxPods = link.MaxPods, MaxTcpPorts = link.MaxTcpPorts };
        db.AccountLinks.Remove(link);
        var problems = await registration.AddAsync(scope.ServiceProvider, user, password, link.Role, source);
        if (problems.Count > 0)
        {
            return (null, problems);
        }

        await transaction.CommitAsync();
        return (user, []);
    }

    /// <summary>Sets the password of the link's account, which is signed out everywhere.</summary>
    /// <returns>Whether it was done, and what is wrong; no and nothing when the link is not good any more.</returns>
    public async Task<(bool Done, IReadOnlyList<string> Problems)> ResetPasswordAsync(string? code, string password, string source)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await FindAsync(db, code) is not { UserId: { } userId } link || await users.FindByIdAsync(userId) is not { } user)
        {
            return (false, []);
        }

        await users.RemovePasswordAsync(user);
        var result = await users.AddPasswordAsync(user, password);
        if (!result.Succeeded)
        {
            return (false, [.. result.Errors.Select(error => error.Description)]);
        }

        db.AccountLinks.Remove(link);
        await SignInGuard.ClearAsync(db, user.Email ?? "");
        var ended = await Sessions.DeleteAsync(db, userId, except: null);
        await audit.RecordAsync(db, new(userId) { Source = source }, AuditActions.UserReset, new(userId, userId, user.Email ?? ""));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        await sessions.TellEndedAsync(userId, ended);
        return (true, []);
    }

    private async Task<AccountLink?> FindAsync(ConsoleDbContext db, string? code)
    {
        var (hash, now) = (AccountLink.HashOf(code ?? ""), clock.GetUtcNow().UtcDateTime);
        return await db.AccountLinks.FirstOrDefaultAsync(link => link.Hash == hash && link.ExpiresAt > now
            && (link.UserId == null || db.Users.Any(user => user.Id == link.UserId && user.DisabledAt == null)));
    }
}
