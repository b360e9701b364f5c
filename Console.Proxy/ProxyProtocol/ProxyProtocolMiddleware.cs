using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Proxy.ProxyProtocol;

/// <summary>
/// Reads the PROXY header of connections from trusted load balancers, before TLS. There it is a must; from anywhere else it
/// is not looked for, and is no beginning of a TLS connection either.
/// </summary>
internal sealed partial class ProxyProtocolMiddleware(IReadOnlyList<IPNetwork> trusted, TimeProvider clock, ILogger logger)
{
    /// <summary>How long the header may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Serves a connection.</summary>
    public Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next) =>
        connection.RemoteEndPoint is IPEndPoint peer && IsTrusted(peer.Address) ? ReadAsync(connection, peer, next) : next(connection);

    private bool IsTrusted(IPAddress address)
    {
        var plain = NetworkList.Plain(address);
        return trusted.Any(network => network.Contains(plain));
    }

    private async Task ReadAsync(ConnectionContext connection, IPEndPoint peer, ConnectionDelegate next)
    {
        if (await TryReadAsync(connection))
        {
            await next(connection);
        }
        else
        {
            LogRefused(peer);
            connection.Abort(new ConnectionAbortedException("No PROXY header."));
        }
    }

    private async Task<bool> TryReadAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        using var timeout = new CancellationTokenSource(Timeout, clock);
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(timeout.Token);
                var state = ProxyHeader.Read(Beginning(result.Buffer), out var client, out var length);
                if (state == ProxyHeaderState.Complete)
                {
                    input.AdvanceTo(result.Buffer.GetPosition(length));
                    connection.RemoteEndPoint = client ?? connection.RemoteEndPoint;
                    return true;
                }

                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (state == ProxyHeaderState.Malformed || result.IsCompleted)
                {
                    return false;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false; // Too slow, or gone.
        }
    }

    private static byte[] Beginning(ReadOnlySequence<byte> bytes) => bytes.Slice(0, Math.Min(bytes.Length, ProxyHeader.MaxLength)).ToArray();

    [LoggerMessage(Level = LogLevel.Debug, Message = "A connection from {Peer} did not begin with a PROXY header, and was closed.")]
    private partial void LogRefused(IPEndPoint peer);
}
