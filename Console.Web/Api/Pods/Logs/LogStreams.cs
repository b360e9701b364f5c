using System.Collections.Concurrent;

namespace PodConsole.Web.Api.Pods.Logs;

/// <summary>Limits how many logs an account reads at once: each open one looks for new lines all the time.</summary>
internal sealed class LogStreams
{
    /// <summary>Logs that one account may read at once.</summary>
    public const int MaxPerAccount = 20;

    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>Counts one more; false when the account has too many. Whoever gets true calls <see cref="Leave"/>.</summary>
    public bool TryEnter(string userId)
    {
        if (_open.AddOrUpdate(userId, 1, (_, count) => count + 1) <= MaxPerAccount)
        {
            return true;
        }

        Leave(userId);
        return false;
    }

    /// <summary>Counts one less.</summary>
    public void Leave(string userId)
    {
        _open.AddOrUpdate(userId, 0, (_, count) => count - 1);
        _open.TryRemove(KeyValuePair.Create(userId, 0));
    }
}
