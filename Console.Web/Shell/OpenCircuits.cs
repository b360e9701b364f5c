using System.Collections.Concurrent;

namespace PodConsole.Web.Shell;

/// <summary>Counts the open circuits of each account: each holds memory on the server for as long as its tab is open.</summary>
internal sealed class OpenCircuits
{
    /// <summary>Circuits that one account may use at a time.</summary>
    public const int PerUser = 10;

    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>Counts one in until the result is disposed.</summary>
    public Entry Enter(string userId) =>
        new(this, userId, _open.AddOrUpdate(userId, 1, (_, count) => count + 1) > PerUser);

    /// <summary>One counted circuit.</summary>
    internal sealed class Entry(OpenCircuits circuits, string userId, bool isOverLimit) : IDisposable
    {
        private int _left;

        public bool IsOverLimit => isOverLimit;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                circuits._open.AddOrUpdate(userId, 0, (_, count) => count - 1);
            }
        }
    }
}
