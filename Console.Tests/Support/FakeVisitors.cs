using System.Collections.Concurrent;
using PodConsole.Domain.Accounts;

namespace PodConsole.Tests.Support;

/// <summary>The accounts of a gateway that has no database.</summary>
internal sealed class FakeVisitors : IVisitorDirectory
{
    public ConcurrentDictionary<string, VisitorAccount> Accounts { get; } = new();

    public ValueTask<VisitorAccount?> FindAsync(string userId) => new(Accounts.GetValueOrDefault(userId));
}
