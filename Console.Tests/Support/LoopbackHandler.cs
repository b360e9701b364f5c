using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Tests.Support;

/// <summary>Reaches this machine whatever the host name is: the system's resolver need not know <c>*.proxy.localhost</c>.</summary>
internal static class LoopbackHandler
{
    /// <summary>A handler that follows no redirects and checks certificates against this authority alone.</summary>
    public static SocketsHttpHandler Trusting(X509Certificate2 authority) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = static async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
