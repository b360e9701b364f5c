using System.Net;
using System.Net.Sockets;

namespace PodConsole.Tests.Support;

/// <summary>A listener that nobody may reach. It accepts nothing until it is asked who came, so nobody can have come unseen.</summary>
internal sealed class TrapListener : IDisposable
{
    private readonly Socket _listener;

    /// <summary>Listens; <see cref="IPAddress.IPv6Any"/> takes every address of both families.</summary>
    public TrapListener(IPAddress address, int port = 0)
        : this(new IPEndPoint(address, port), new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp))
    {
    }

    private TrapListener(EndPoint endpoint, Socket listener)
    {
        _listener = listener;
        if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
        {
            _listener.DualMode = true;
        }

        try
        {
            _listener.Bind(endpoint);
            _listener.Listen(512);
        }
        catch (SocketException)
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>Listens on one port at each address: the system's choice for the first that is free at the others too.</summary>
    public static TrapListener[] OnOnePort(params IReadOnlyList<IPAddress> addresses)
    {
        while (true)
        {
            List<TrapListener> traps = [new(addresses[0])];
            try
            {
                foreach (var address in addresses.Skip(1))
                {
                    traps.Add(new(address, traps[0].Port));
                }

                return [.. traps];
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                traps.ForEach(trap => trap.Dispose());
            }
        }
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Listens on a socket file, as container engines do.</summary>
    public static TrapListener OnFile(string path) =>
        new(new UnixDomainSocketEndPoint(path), new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));

    /// <summary>How many have connected since the last time. The test's own knock proves that the trap works.</summary>
    public async Task<int> CountAsync()
    {
        using var knock = new Socket(_listener.AddressFamily, SocketType.Stream, _listener.ProtocolType);
        await knock.ConnectAsync(WayIn(), TestContext.Current.CancellationToken);
        await knock.SendAsync("knock"u8.ToArray(), TestContext.Current.CancellationToken);
        for (var count = 0; ; count++)
        {
            using var visitor = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
            if (visitor.RemoteEndPoint!.Equals(knock.LocalEndPoint) || (_listener.AddressFamily == AddressFamily.Unix && await IsKnockAsync(visitor)))
            {
                return count;
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private EndPoint WayIn() => _listener.LocalEndPoint is IPEndPoint { Address: var address } endpoint && address.Equals(IPAddress.IPv6Any)
        ? new IPEndPoint(IPAddress.IPv6Loopback, endpoint.Port)
        : _listener.LocalEndPoint!;

    private static async Task<bool> IsKnockAsync(Socket visitor)
    {
        var buffer = new byte[5];
        return await visitor.ReceiveAsync(buffer, TestContext.Current.CancellationToken) == 5 && buffer.AsSpan().SequenceEqual("knock"u8);
    }
}
