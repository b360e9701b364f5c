using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>Makes accounts.</summary>
public sealed class Registration(IServiceScopeFactory scopes, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Makes an account with a role.</summary>
    /// <param name="email">Its e-mail address, by which it signs in.</param>
    /// <param name="password">Its password, of which only a hash is kept.</param>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="source">The network address of the person who makes it for himself; null when the console makes it.</param>
    /// <returns>The account, or what is wrong with the e-mail address or password.</returns>
    public async Task<(User? User, IReadOnlyList<string> Problems)> CreateAsync(string email, string password, string role, string? source)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var user = new User { UserName = email, Email = email };
        var problems = await AddAsync(scope.ServiceProvider, user, password, role, source);
        if (problems.Count > 0)
        {
            return (null, problems);
        }

        await transaction.CommitAsync();
        return (user, []);
    }

    /// <summary>Makes an account an administrator, because the settings say so.</summary>
    public async Task PromoteAsync(string userId)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var user = await db.Users.SingleAsync(item => item.Id == userId);
        await Roles.SetAsync(db, userId, Roles.Admin);
        await audit.RecordAsync(db, actor: null, AuditActions.UserRights, new(userId, userId, user.Email ?? ""), $"role {Roles.Admin}, by the settings");
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary><see cref="CreateAsync"/> inside the caller's transaction.</summary>
    /// <param name="scope">Its services: the context of the transaction is the one that Identity's store uses.</param>
    /// <param name="user">The account, not saved yet.</param>
    /// <param name="password">Its password.</param>
    /// <param name="role">Its role.</param>
    /// <param name="source">As for <see cref="CreateAsync"/>.</param>
    /// <returns>What is wrong; then nothing may be committed.</returns>
    internal async Task<IReadOnlyList<string>> AddAsync(IServiceProvider scope, User user, string password, string role, string? source)
    {
        user.CreatedAt = clock.GetUtcNow().UtcDateTime;
        var result = await scope.GetRequiredService<UserManager<User>>().CreateAsync(user, password);
        if (!result.Succeeded)
        {
            // The name is the address: what is wrong with one is wrong with both.
            return [.. result.Errors.Where(error => !error.Code.EndsWith("UserName", StringComparison.Ordinal) || !result.Errors.Any(
                other => other.Code.EndsWith("Email", StringComparison.Ordinal))).Select(error => error.Description)];
        }

        var db = scope.GetRequiredService<ConsoleDbContext>();
        await Roles.SetAsync(db, user.Id, role);
        var actor = source is null ? null : new Actor(user.Id) { Source = source };
        await audit.RecordAsync(db, actor, AuditActions.UserCreate, new(user.Id, user.Id, user.Email!), role);
        await db.SaveChangesAsync();
        return [];
    }
}
