using System.Diagnostics.CodeAnalysis;

namespace PodConsole.Proxy.Http;

/// <summary>
/// One exposed HTTP port of a pod at one address. The same object lives on while other ports of the pod are edited;
/// it is retired when its port is removed or the pod's address is withdrawn.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The source owns a timer at most, which ends by itself after the drain.")]
internal sealed class HttpRoute
{
    private readonly CancellationTokenSource _abort = new();
    private int _requests;
    private int _released;
    private volatile bool _retired;

    public HttpRoute(int port, PodUpstream? upstream)
    {
        Port = port;
        Upstream = upstream;
        Destination = upstream?.DestinationOf(port) ?? "";
        Aborted = _abort.Token;
        upstream?.AddUser();
    }

    /// <summary>The port inside the pod, 1–65535.</summary>
    public int Port { get; }

    /// <summary>The pod's address and its connections; null while the pod has none.</summary>
    public PodUpstream? Upstream { get; }

    /// <summary>Where requests go: scheme, address and port.</summary>
    public string Destination { get; }

    /// <summary>Fires when requests that are still in flight must end.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Requests in flight now, WebSockets included.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Counts a request in; the caller then calls <see cref="Exit"/> once. False when the route was retired.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _requests);
        if (!_retired)
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>Counts a request out.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _requests) == 0 && _retired)
        {
            Release();
        }
    }

    /// <summary>Refuses new requests at once and aborts those in flight after <paramref name="drain"/>.</summary>
    public void Retire(TimeSpan drain)
    {
        _retired = true;
        if (Interlocked.CompareExchange(ref _requests, 0, 0) == 0)
        {
            Release();
        }
        else
        {
            _abort.CancelAfter(drain);
        }
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            Upstream?.RemoveUser();
        }
    }
}
