using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Domain.Ports.Leases;

/// <summary>
/// The numbers that can be leased: the configured range without the console's own ports and without those that the system
/// gives to outgoing connections.
/// </summary>
public sealed class PortPool
{
    private readonly EphemeralRange _ephemeral;
    private readonly int _configured;
    private readonly int _overlap;
    private ImmutableArray<int> _ports;
    private ImmutableHashSet<int> _own = [];

    /// <summary>Reads the settings, which the check at start has found right.</summary>
    public PortPool(IOptions<GatewaySettings> gateway, IOptions<ConsoleSettings> console, EphemeralRange ephemeral)
    {
        var (first, last) = gateway.Value.ParseTcpPortRange();
        _ephemeral = ephemeral;
        _configured = last - first + 1;
        _ports = [.. Enumerable.Range(first, _configured).Where(port => !ephemeral.Contains(port))];
        _overlap = _configured - _ports.Length;
        Reserve(gateway.Value.HttpsPort, gateway.Value.HttpPort);

        // Behind NAT the public addresses are often those of the console too.
        if (Uri.TryCreate(console.Value.PublicUrl, UriKind.Absolute, out var url))
        {
            Reserve(url.Port);
        }
    }

    /// <summary>Every number, ascending. A snapshot.</summary>
    public ImmutableArray<int> Ports => _ports;

    /// <summary>What was left out of the configured range, for the operator; null when nothing was.</summary>
    public string? Notice => _overlap == 0 ? null
        : $"{_overlap} of the {_configured} ports of Gateway:TcpPortRange are left out: this system gives {_ephemeral.First}-{_ephemeral.Last} "
            + (_overlap == _configured ? "to outgoing connections, so no TCP port can be exposed." : "to outgoing connections.");

    /// <summary>Whether a number can be leased at all.</summary>
    public bool Contains(int port) => _ports.BinarySearch(port) >= 0;

    /// <summary>Whether the console itself listens on a number, though a lease from before other settings may have it.</summary>
    public bool IsOwn(int port) => _own.Contains(port);

    /// <summary>Takes ports out, for good: the console itself listens on them.</summary>
    public void Reserve(params IReadOnlyList<int> ports)
    {
        ImmutableInterlocked.Update(ref _own, static (all, own) => all.Union(own), ports);
        ImmutableInterlocked.Update(ref _ports, static (pool, own) => pool.RemoveRange(own), ports);
    }

    /// <summary>A number by chance. The pool must not be empty.</summary>
    internal int Pick()
    {
        var ports = _ports;
        return ports[RandomNumberGenerator.GetInt32(ports.Length)];
    }
}
