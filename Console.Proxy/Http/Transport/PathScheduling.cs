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
    private volatile bool _isConsoles;

    /// <summary>To be called when the handshake is over, which costs what the client likes: what follows does not block.</summary>
    public static void Begins(BaseConnectionContext connection) => connection.Features.Get<PathScheduling>()?.Goes(inline: true);

    /// <summary>To be called before a request is forwarded by code that never blocks.</summary>
    public static void Forwards(HttpContext context)
    {
        if (context.Features.Get<PathScheduling>() is { } scheduling && !scheduling._isConsoles)
        {
            scheduling.Goes(inline: true);
        }
    }

    /// <summary>Goes on in the thread pool. To be awaited before code that may block.</summary>
    public static async Task LeaveAsync(HttpContext context)
    {
        if (context.Features.Get<PathScheduling>() is { } scheduling)
        {
            scheduling._isConsoles = true;
            scheduling.Goes(inline: false);
        }

        if (EventLoop.IsCurrent)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private void Goes(bool inline)
    {
        if (socket.GoesOnInline != inline)
        {
            socket.GoesOnInline = inline;
        }
    }
}
