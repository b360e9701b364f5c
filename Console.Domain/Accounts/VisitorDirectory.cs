using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>What must still hold of an account that was let in to a pod.</summary>
/// <param name="Stamp">Its security stamp.</param>
/// <param name="SignedOutAt">When it last signed out, UTC; null for never.</param>
public sealed record VisitorAccount(string Stamp, DateTime? SignedOutAt);

/// <summary>Accounts as the gateway asks for them, on each request of a visitor.</summary>
public interface IVisitorDirectory
{
    /// <summary>The account; null when it is gone or disabled. A change is seen within 15 seconds, a sign-out at once.</summary>
    ValueTask<VisitorAccount?> FindAsync(string userId);

    /// <summary>
    /// Is cancelled when the account signs out or is disabled. To miss nothing, take it before <see cref="FindAsync"/>.
    /// </summary>
    CancellationToken WhenOut(string userId);
}

/// <summary>Accounts from the database, remembered for <see cref="Remembered"/>.</summary>
public sealed class VisitorDirectory(IDbContextFactory<ConsoleDbContext> contexts, TimeProvider clock) : IVisitorDirectory
{
    /// <summary>How long an answer is used again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, (VisitorAccount? Account, DateTime Until)> _known = new();

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _inside = new();
    private readonly Lock _remembering = new();
    private long _signOuts;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <inheritdoc/>
    public ValueTask<VisitorAccount?> FindAsync(string userId) =>
        _known.TryGetValue(userId, out var known) && known.Until > Now ? new(known.Account) : ReadAsync(userId);

    /// <inheritdoc/>
    public CancellationToken WhenOut(string userId) => _inside.GetOrAdd(userId, _ => new()).Token;

    /// <summary>Ends every visit of an account, with what it has open in pods: it signed out, or was disabled.</summary>
    public async Task SignOutAsync(string userId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        await db.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(user => user.SignedOutAt, Now));
        lock (_remembering)
        {
            _signOuts++;
            _known.TryRemove(userId, out _);
        }

        if (_inside.TryRemove(userId, out var inside))
        {
            await inside.CancelAsync();
        }
    }

    private async ValueTask<VisitorAccount?> ReadAsync(string userId)
    {
        var signOuts = Volatile.Read(ref _signOuts);
        await using var db = await contexts.CreateDbContextAsync();
        var account = await db.Users.Where(user => user.Id == userId && user.DisabledAt == null)
            .Select(user => new VisitorAccount(user.SecurityStamp ?? "", user.SignedOutAt)).FirstOrDefaultAsync();
        lock (_remembering)
        {
            // What was read before a sign-out must not be remembered after it.
            if (signOuts == _signOuts)
            {
                _known[userId] = (account, Now + Remembered);
            }
        }

        return account;
    }
}
