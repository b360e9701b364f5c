using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Accounts;

/// <summary>Holds owners to the limits of their accounts. The caller has a write transaction, so that two cannot both be the last.</summary>
internal static class AccountLimits
{
    /// <summary>Why an owner may not have so much more; null when he may. What he has already is never an obstacle.</summary>
    /// <param name="db">The context of the transaction, with nothing of the change saved yet.</param>
    /// <param name="ownerId">The account.</param>
    /// <param name="pods">Pods to be added.</param>
    /// <param name="tcpPorts">TCP ports to be added, less those to be removed.</param>
    public static async Task<string?> FindObstacleAsync(ConsoleDbContext db, string ownerId, int pods, int tcpPorts)
    {
        var limits = await db.Users.Where(user => user.Id == ownerId).Select(user => new { user.MaxPods, user.MaxTcpPorts }).SingleOrDefaultAsync();
        if (limits is null)
        {
            return "The account was removed meanwhile.";
        }

        var own = db.Pods.Where(pod => pod.OwnerId == ownerId && pod.Intent != PodIntent.Terminate);
        if (pods > 0 && limits.MaxPods is { } maxPods && await own.CountAsync() is var podCount && podCount + pods > maxPods)
        {
            return $"The account has {podCount} of the {maxPods} pods that it may have. Terminate one, or ask an administrator to raise the limit.";
        }

        return tcpPorts > 0 && limits.MaxTcpPorts is { } maxPorts
            && await db.PodPorts.CountAsync(port => port.Protocol == PortProtocol.Tcp && own.Any(pod => pod.Id == port.PodId)) is var portCount
            && portCount + tcpPorts > maxPorts
            ? $"The account exposes {portCount} of the {maxPorts} TCP ports that it may expose, and this would add {tcpPorts}. "
                + "Expose fewer, or ask an administrator to raise the limit."
            : null;
    }
}
