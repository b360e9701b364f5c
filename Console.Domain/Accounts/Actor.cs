using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts;

/// <summary>Who asks. Every service call takes one and checks it; a page's own check is never the only one.</summary>
/// <param name="UserId">The account.</param>
/// <param name="IsAdmin">Administrators may see and act on every pod and template.</param>
/// <param name="CanPublish">Whether the account may publish templates to everyone.</param>
public sealed record Actor(string UserId, bool IsAdmin = false, bool CanPublish = false)
{
    /// <summary>The pod that asks with its own key; null for an account. Such an actor is nobody's account, its owner's neither.</summary>
    public PodId? Pod { get; private init; }

    /// <summary>The network address it asks from, with the name of its key if it has one; empty when none is known.</summary>
    public string Source { get; init; } = "";

    /// <summary>A pod that asks with its own key.</summary>
    public static Actor OfPod(PodId pod) => new("") { Pod = pod };
}
