using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Accounts;

/// <summary>
/// What administrators do with accounts. To anybody else there are none. A change that takes rights away ends the account's
/// sessions, open pages and visits of pods at once.
/// </summary>
public sealed class AccountService(IDbContextFactory<ConsoleDbContext> contexts, AuditTrail audit, Sessions sessions, TimeProvider clock)
{
    /// <summary>All accounts, by e-mail address.</summary>
    public async Task<IReadOnlyList<AccountSummary>> ListAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.IsAdmin)
        {
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Users.AsNoTracking().OrderBy(user => user.Email).Select(user => new
        {
            User = user,
            Roles = db.UserRoles.Where(item => item.UserId == user.Id).Join(db.Roles, item => item.RoleId, role => role.Id, (_, role) => role.Name).ToList(),
            SeenAt = db.UserSessions.Where(session => session.UserId == user.Id).Max(session => (DateTime?)session.SeenAt),
            Pods = db.Pods.Count(pod => pod.OwnerId == user.Id && pod.Intent != PodIntent.Terminate),
            TcpPorts = db.PodPorts.Count(port => port.Protocol == PortProtocol.Tcp
                && db.Pods.Any(pod => pod.Id == port.PodId && pod.OwnerId == user.Id && pod.Intent != PodIntent.Terminate)),
        }).AsSplitQuery().ToListAsync(cancellationToken);
        return [.. rows.Select(row => new AccountSummary
        {
            Id = row.User.Id,
            Email = row.User.Email ?? "",
            Rights = new(Roles.Highest(row.Roles), row.User.MaxPods, row.User.MaxTcpPorts),
            CreatedAt = row.User.CreatedAt,
            SeenAt = row.SeenAt,
            DisabledAt = row.User.DisabledAt,
            HasSecondFactor = row.User.TwoFactorEnabled,
            Pods = row.Pods,
            TcpPorts = row.TcpPorts,
        })];
    }

    /// <summary>
    /// Sets an account's role and limits. After a change of role it has to sign in again; pods and ports that it has already
    /// stay, whatever the limits are.
    /// </summary>
    public Task<AccountResult> SetRightsAsync(Actor actor, string userId, AccountRights rights) =>
        ChangeAsync(actor, userId, AuditActions.UserRights, async (db, user) =>
        {
            if (rights.Check() is { Count: > 0 } errors)
            {
                return new(Errors: errors);
            }

            var before = new AccountRights(Roles.Highest(await RolesOf(db, userId).ToListAsync()), user.MaxPods, user.MaxTcpPorts);
            if (rights.Role != Roles.Admin && await IsLastAdminAsync(db, user, before.Role))
            {
                return new(Refusal: $"{user.Email} is the only administrator. Make somebody else one first.");
            }

            await Roles.SetAsync(db, userId, rights.Role);
            (user.MaxPods, user.MaxTcpPorts) = (rights.MaxPods, rights.MaxTcpPorts);
            return new(rights.ChangesFrom(before), EndsSessions: before.Role != rights.Role);
        });

    /// <summary>Shuts an account out. Its pods run on.</summary>
    public Task<AccountResult> DisableAsync(Actor actor, string userId) => ChangeAsync(actor, userId, AuditActions.UserDisable, async (db, user) =>
    {
        if (await FindObstacleAsync(db, actor, user, "disable") is { } obstacle)
        {
            return new(Refusal: obstacle);
        }

        user.DisabledAt ??= clock.GetUtcNow().UtcDateTime;
        return new(EndsSessions: true);
    });

    /// <summary>Lets a disabled account in again.</summary>
    public Task<AccountResult> EnableAsync(Actor actor, string userId) => ChangeAsync(actor, userId, AuditActions.UserEnable, (_, user) =>
    {
        user.DisabledAt = null;
        return Task.FromResult<Change>(new());
    });

    /// <summary>Lets an account whose owner lost his app and his recovery codes sign in with its password alone.</summary>
    public Task<AccountResult> RemoveSecondFactorAsync(Actor actor, string userId) =>
        ChangeAsync(actor, userId, AuditActions.SecondFactorOff, async (db, user) =>
        {
            user.TwoFactorEnabled = false;
            db.UserTokens.RemoveRange(await db.UserTokens.Where(token => token.UserId == userId).ToListAsync());
            return new(EndsSessions: true);
        });

    /// <summary>Removes an account that has no pods, with its templates and keys.</summary>
    public Task<AccountResult> RemoveAsync(Actor actor, string userId) => ChangeAsync(actor, userId, AuditActions.UserRemove, async (db, user) =>
    {
        if (await FindObstacleAsync(db, actor, user, "remove") is { } obstacle)
        {
            return new(Refusal: obstacle);
        }

        if (await db.Pods.AnyAsync(pod => pod.OwnerId == userId))
        {
            return new(Refusal: $"{user.Email} has pods, or some that are still being removed. Terminate them first, or disable the account.");
        }

        var templates = await db.Templates.Where(template => template.OwnerId == userId).ToListAsync();
        if (await db.Templates.Where(template => template.OwnerId == userId)
            .FirstOrDefaultAsync(template => db.Pods.Any(pod => pod.TemplateId == template.Id)) is { } used)
        {
            return new(Refusal: $"Other people's pods were made from {user.Email}'s template {used.Name}. Disable the account instead.");
        }

        db.Templates.RemoveRange(templates);
        db.Users.Remove(user);
        var names = string.Join(", ", templates.Select(template => template.Name).Order(StringComparer.Ordinal));
        return new(names.Length > 0 ? $"with its templates {names}" : "", EndsSessions: true);
    });

    private static IQueryable<string?> RolesOf(ConsoleDbContext db, string userId) =>
        db.UserRoles.Where(item => item.UserId == userId).Join(db.Roles, item => item.RoleId, role => role.Id, (_, role) => role.Name);

    private static async Task<bool> IsLastAdminAsync(ConsoleDbContext db, User user, string role) =>
        role == Roles.Admin && user.DisabledAt is null && !await db.Users.AnyAsync(other => other.Id != user.Id && other.DisabledAt == null
            && db.UserRoles.Any(item => item.UserId == other.Id && db.Roles.Any(admin => admin.Id == item.RoleId && admin.Name == Roles.Admin)));

    private static async Task<string?> FindObstacleAsync(ConsoleDbContext db, Actor actor, User user, string deed) =>
        user.Id == actor.UserId ? $"You cannot {deed} your own account. Ask another administrator."
        : await IsLastAdminAsync(db, user, Roles.Highest(await RolesOf(db, user.Id).ToListAsync()))
            ? $"{user.Email} is the only administrator. Make somebody else one first."
        : null;

    private async Task<AccountResult> ChangeAsync(Actor actor, string userId, string action, Func<ConsoleDbContext, User, Task<Change>> change)
    {
        if (!actor.IsAdmin)
        {
            return new AccountResult.NotFound();
        }

        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (await db.Users.FirstOrDefaultAsync(user => user.Id == userId) is not { } user)
        {
            return new AccountResult.NotFound();
        }

        var outcome = await change(db, user);
        if (outcome.Errors is { } errors)
        {
            return new AccountResult.Invalid(errors);
        }

        if (outcome.Refusal is { } refusal)
        {
            return new AccountResult.Refused(refusal);
        }

        IReadOnlyList<string> ended = [];
        if (outcome.EndsSessions)
        {
            user.SecurityStamp = Guid.NewGuid().ToString("N");
            ended = await Sessions.DeleteAsync(db, userId, except: null);
        }

        user.ConcurrencyStamp = Guid.NewGuid().ToString("N");
        await audit.RecordAsync(db, actor, action, new(userId, userId, user.Email ?? ""), outcome.Detail);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        if (outcome.EndsSessions)
        {
            await sessions.TellEndedAsync(userId, ended);
        }

        return new AccountResult.Saved();
    }

    private sealed record Change(string Detail = "", string? Refusal = null, IReadOnlyList<FieldError>? Errors = null, bool EndsSessions = false);
}
