using System.Collections.Concurrent;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>
/// A service that reads each byte it is sent as strictly as can be, and notes all that the gateway should not have sent. Each
/// answer says which request it answers.
/// </summary>
internal sealed class WitnessService : IAsyncDisposable
{
    // What the gateway adds to each request that it knows of. A request without it came in as part of another one.
    private static readonly string[] Marks = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"];

    // X-Hop is what tests name in Connection headers.
    private static readonly string[] Forbidden =
        ["Connection", "Keep-Alive", "Proxy-Connection", "Trailer", "X-Hop", "Content_Length", "Transfer_Encoding"];

    private readonly ConcurrentQueue<WireRequest> _requests = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly RawService _service;

    private WitnessService() => _service = RawService.Start(ServeAsync);

    public int Port => _service.Port;

    /// <summary>Every whole request so far.</summary>
    public IReadOnlyList<WireRequest> Requests => [.. _requests];

    public static WitnessService Start() => new();

    /// <summary>All that came since the last time and that no gateway may send.</summary>
    public IReadOnlyList<string> TakeFaults()
    {
        var faults = new List<string>();
        while (_faults.TryDequeue(out var fault))
        {
            faults.Add(fault);
        }

        return faults;
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task ServeAsync(RawConnection connection)
    {
        var unread = "";
        while (true)
        {
            var position = 0;
            var state = WireReader.Read(unread, ref position, out var request);
            if (state == WireState.Bad)
            {
                _faults.Enqueue($"Not a request: {unread}");
                return;
            }

            if (state == WireState.Partial)
            {
                if (await connection.ReadAsync() is not { } more)
                {
                    return; // A request that is cut is seen to be: nobody takes it for a whole one.
                }

                unread += more;
                continue;
            }

            Judge(request!);
            _requests.Enqueue(request!);
            unread = unread[position..];
            var content = request!.Method == "HEAD" ? "" : request.Identity;
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nX-Saw: {request.Identity}\r\nContent-Length: {request.Identity.Length}\r\n\r\n{content}");
        }
    }

    private void Judge(WireRequest request)
    {
        var upgrades = request.ValuesOf("Upgrade").Count > 0;
        foreach (var mark in Marks.Where(mark => request.ValuesOf(mark).Count != 1))
        {
            _faults.Enqueue($"{mark} is not there once: {request}");
        }

        foreach (var (name, value) in request.Fields)
        {
            if (Forbidden.Contains(name, StringComparer.OrdinalIgnoreCase) && !(upgrades && name == "Connection"))
            {
                _faults.Enqueue($"{name}: {value} came through with {request.Identity}");
            }
        }
    }
}
