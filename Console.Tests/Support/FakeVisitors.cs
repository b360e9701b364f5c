using System.Collections.Concurrent;
using PodConsole.Domain.Accounts;

namespace PodConsole.Tests.Support;

/// <summary>The accounts of a gateway that has no database.</summary>
internal sealed class FakeVisitors : IVisitorDirectory
{
    public ConcurrentDictionary<string, VisitorAccount> Accounts { get; } = new();

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _inside = new();

    public CancellationToken WhenOut(string userId) => _inside.GetOrAdd(userId, _ => new()).Token;

    /// <summary>Ends what an account has open.</summary>
    public void End(string userId) => _inside.GetOrAdd(userId, _ => new()).Cancel();

    public ValueTask<VisitorAccount?> FindAsync(string userId) => new(Accounts.GetValueOrDefault(userId));
}
