using System.Net.Mail;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>The links that administrators hand out. <see cref="LinkUse"/> takes them.</summary>
public sealed class AccountLinks(IDbContextFactory<ConsoleDbContext> contexts, AuditTrail audit, TimeProvider clock)
{
    /// <summary>How long an invitation waits.</summary>
    public static readonly TimeSpan InvitationLife = TimeSpan.FromDays(7);

    /// <summary>How long a link for a new password waits.</summary>
    public static readonly TimeSpan ResetLife = TimeSpan.FromDays(1);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The invitations that wait, the newest first.</summary>
    public async Task<IReadOnlyList<AccountLink>> ListInvitationsAsync(Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.IsAdmin)
        {
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = Now;
        return await db.AccountLinks.AsNoTracking().Where(link => link.UserId == null && link.ExpiresAt > now)
            .OrderByDescending(link => link.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Invites somebody. An earlier invitation to the same address ends.</summary>
    public async Task<LinkResult> InviteAsync(Actor actor, string email, AccountRights rights)
    {
        if (!actor.IsAdmin)
        {
            return new LinkResult.NotFound();
        }

        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        email = email.Trim();
        var normalized = email.ToUpperInvariant();
        var errors = rights.Check().ToList();
        if (!IsAddress(email))
        {
            errors.Add(new(nameof(AccountLink.Email), "This is not an e-mail address."));
        }
        else if (await db.Users.AnyAsync(user => user.NormalizedEmail == normalized))
        {
            errors.Add(new(nameof(AccountLink.Email), $"{email} has an account already."));
        }

        if (errors.Count > 0)
        {
            return new LinkResult.Invalid(errors);
        }

        var earlier = (await db.AccountLinks.Where(link => link.UserId == null).ToListAsync())
            .Where(link => link.Email.Equals(email, StringComparison.OrdinalIgnoreCase));
        db.AccountLinks.RemoveRange(earlier);
        var made = Add(db, new()
        {
            Email = email,
            Role = rights.Role,
            MaxPods = rights.MaxPods,
            MaxTcpPorts = rights.MaxTcpPorts,
            ExpiresAt = Now + InvitationLife,
        });
        await audit.RecordAsync(db, actor, AuditActions.UserInvite, new(null, "", email), rights.Role);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return made;
    }

    /// <summary>Makes a link with which an account's owner chooses a new password. An earlier one ends.</summary>
    public async Task<LinkResult> ResetPasswordAsync(Actor actor, string userId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (!actor.IsAdmin || await db.Users.FirstOrDefaultAsync(user => user.Id == userId) is not { Email: { } email })
        {
            return new LinkResult.NotFound();
        }

        await db.AccountLinks.Where(link => link.UserId == userId).ExecuteDeleteAsync();
        var made = Add(db, new() { Email = email, UserId = userId, ExpiresAt = Now + ResetLife });
        await audit.RecordAsync(db, actor, AuditActions.UserResetLink, new(userId, userId, email));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return made;
    }

    /// <summary>Takes an invitation back.</summary>
    public async Task<AccountResult> WithdrawAsync(Actor actor, int linkId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (!actor.IsAdmin || await db.AccountLinks.FirstOrDefaultAsync(link => link.Id == linkId && link.UserId == null) is not { } invitation)
        {
            return new AccountResult.NotFound();
        }

        db.AccountLinks.Remove(invitation);
        await audit.RecordAsync(db, actor, AuditActions.UserWithdraw, new(null, "", invitation.Email));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return new AccountResult.Saved();
    }

    private static bool IsAddress(string email) => email.Length <= 256 && MailAddress.TryCreate(email, out var address) && address.Address == email;

    private LinkResult.Made Add(ConsoleDbContext db, AccountLink link)
    {
        var code = AccountLink.NewCode();
        (link.Hash, link.CreatedAt) = (AccountLink.HashOf(code), Now);
        db.AccountLinks.Add(link);
        return new(link, code);
    }
}
