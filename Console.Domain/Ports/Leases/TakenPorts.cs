using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>
/// External ports on which another program of this machine listens. Each is set aside for a while, because a program that
/// is being restarted comes back.
/// </summary>
public sealed class TakenPorts(IOptions<GatewaySettings> settings, TimeProvider clock)
{
    /// <summary>How long a port that was found taken is not tried again.</summary>
    public static readonly TimeSpan SetAside = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Address, int Port), DateTimeOffset> _ends = new();

    private readonly Dictionary<string, IPAddress> _bindAddresses =
        settings.Value.EffectivePublicAddresses.ToDictionary(item => item.Address, item => item.EffectiveBindAddress);

    /// <summary>Whether a port is set aside, or somebody listens on it now.</summary>
    /// <param name="address">A public address, as configured.</param>
    /// <param name="port">The external port.</param>
    public bool IsTaken(string address, int port)
    {
        if (_ends.TryGetValue((address, port), out var end))
        {
            if (end > clock.GetUtcNow())
            {
                return true;
            }

            _ends.TryRemove((address, port), out _);
        }

        if (!_bindAddresses.TryGetValue(address, out var bind) || !IsInUse(bind, port))
        {
            return false;
        }

        Add(address, port);
        return true;
    }

    /// <summary>Sets a port aside from now on.</summary>
    public void Add(string address, int port) => _ends[(address, port)] = clock.GetUtcNow() + SetAside;

    /// <summary>The ports of an address that are set aside.</summary>
    public IReadOnlyList<int> List(string address) =>
        [.. _ends.Where(item => item.Key.Address == address && item.Value > clock.GetUtcNow()).Select(item => item.Key.Port)];

    // Only the kernel knows, and only for this moment: the listener that opens the port later finds out for itself.
    private static bool IsInUse(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            return false;
        }
        catch (SocketException exception)
        {
            // Of an address that this machine has not, or of missing descriptors, the listener tells.
            return exception.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }
}
