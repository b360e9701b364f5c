using System.Buffers;
using System.Net;
using PodConsole.Proxy.Networks;

namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>The connections of one port that are open now, counted exactly, in all and by client.</summary>
internal sealed class OpenRelays
{
    private readonly Lock _lock = new();
    private readonly HashSet<TcpRelay> _all = [];
    private readonly Dictionary<IPAddress, int> _byClient = [];
    private TaskCompletionSource? _empty;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Takes a connection in until it leaves. False when it is one too many, or when there are to be no more.</summary>
    public bool TryEnter(TcpRelay relay, int? most, int? mostPerClient)
    {
        var client = ClientOf(relay);
        lock (_lock)
        {
            var ofClient = _byClient.GetValueOrDefault(client);
            if (_empty is not null || _all.Count >= most || ofClient >= mostPerClient)
            {
                return false;
            }

            _byClient[client] = ofClient + 1;
            return _all.Add(relay);
        }
    }

    /// <summary>Lets one go that was taken in.</summary>
    public void Leave(TcpRelay relay)
    {
        var client = ClientOf(relay);
        lock (_lock)
        {
            _all.Remove(relay);
            if (_byClient[client]-- == 1)
            {
                _byClient.Remove(client);
            }

            if (_all.Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Takes no more in.</summary>
    /// <returns>Completes when the last one has left.</returns>
    public Task Close()
    {
        lock (_lock)
        {
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_all.Count == 0)
            {
                _empty.TrySetResult();
            }

            return _empty.Task;
        }
    }

    /// <summary>Ends those for which there is a reason.</summary>
    public void End(Func<TcpRelay, RelayEnd?> reasonOf)
    {
        // Rented, because this happens twice a second however many there are.
        int count;
        TcpRelay[] all;
        lock (_lock)
        {
            count = _all.Count;
            all = ArrayPool<TcpRelay>.Shared.Rent(count);
            _all.CopyTo(all);
        }

        // Outside of the lock: finding a reason asks the system, while loops wait to let others in; and whoever waits for the
        // end of one may go on here, and let it leave.
        foreach (var relay in all.AsSpan(0, count))
        {
            if (reasonOf(relay) is { } reason)
            {
                relay.End(reason);
            }
        }

        ArrayPool<TcpRelay>.Shared.Return(all, clearArray: true);
    }

    /// <summary>Those that are open now.</summary>
    public TcpRelay[] ToArray()
    {
        lock (_lock)
        {
            return [.. _all];
        }
    }

    private static IPAddress ClientOf(TcpRelay relay) => relay.Client is { } client ? ClientNetwork.Of(client.Address) : IPAddress.None;
}
