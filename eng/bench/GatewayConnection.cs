using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PodConsole.Bench;

/// <summary>One TLS connection to a gateway on loopback, over which any host can be asked for.</summary>
internal sealed class GatewayConnection : IDisposable
{
    private readonly SslStream _stream;
    private readonly byte[] _buffer = new byte[8192];

    private GatewayConnection(SslStream stream) => _stream = stream;

    public static async Task<GatewayConnection> OpenAsync(int port, X509Certificate2 certificate)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);

        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(certificate);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = policy });
        return new GatewayConnection(stream);
    }

    /// <summary>Asks for the small file; fails on any answer but 200.</summary>
    public async Task GetAsync(string host)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /small HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        var length = 0;
        int head;
        do
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The gateway closed the connection.");
            }

            length += read;
            head = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }
        while (head < 0 || length < head + 4 + 100);

        if (!_buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200 "u8))
        {
            throw new IOException(Encoding.ASCII.GetString(_buffer, 0, head));
        }
    }

    public void Dispose() => _stream.Dispose();
}
