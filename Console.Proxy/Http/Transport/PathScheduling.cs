using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using PodConsole.Proxy.EventLoops;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>
/// Where the requests of a connection go on when its socket is ready: those for pods at once on the loop's thread, because
/// nothing on that path blocks; everything of the console in the thread pool, and from then on the whole connection.
/// </summary>
internal sealed class PathScheduling(LoopSocket socket)
{
    /// <summary>To be called once, when the handshake is over, which costs what the client likes: what follows does not block.</summary>
    public static void Begins(BaseConnectionContext connection) => connection.Features.Get<PathScheduling>()?.Goes(inline: true);

    /// <summary>Goes on in the thread pool from now on. To be awaited before code that may block.</summary>
    public static async Task LeaveAsync(HttpContext context)
    {
        context.Features.Get<PathScheduling>()?.Goes(inline: false);
        if (EventLoop.IsCurrent)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private void Goes(bool inline) => socket.GoesOnInline = inline;
}
