using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>Handshakes with a real gateway: versions, and certificates that are swapped meanwhile.</summary>
public sealed class HandshakeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

#pragma warning disable SYSLIB0039, CA5397, CA5398 // Old versions are asked for to see them refused.
    [Theory]
    [InlineData(SslProtocols.Tls11, false)]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
    public async Task Connect_Version_IsTls12AtLeast(SslProtocols version, bool accepted)
    {
        await using var gateway = await GatewayHost.StartAsync();

        if (accepted)
        {
            Assert.Equal(version, (await HandshakeAsync(gateway, version)).Version);
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(gateway, version));
        }
    }
#pragma warning restore SYSLIB0039, CA5397, CA5398

    [Fact]
    [Trait("Load", "certificates")]
    public async Task Refresh_SwappedUnderLoad_NoHandshakeFails()
    {
        using var directory = new TempDirectory();
        var (path, keyPath) = (directory.File("pods.crt"), directory.File("pods.key"));
        Write(path, keyPath, 0);
        await using var gateway = await GatewayHost.StartAsync(settings => (settings.CertificatePath, settings.CertificateKeyPath) = (path, keyPath));
        var store = gateway.Services.GetRequiredService<CertificateStore>();
        var swaps = LoadSize.Of(20, 500);
        using var done = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(async _ =>
        {
            var seen = new HashSet<string>();
            while (!done.IsCancellationRequested)
            {
                seen.Add((await HandshakeAsync(gateway, SslProtocols.None)).Subject);
            }

            return seen;
        }).ToArray();

        for (var swap = 1; swap <= swaps; swap++)
        {
            // The pair does not fit while only one of its two files is new.
            Write(path, keyPath, swap, store.Refresh);
            store.Refresh();
            Assert.Equal($"CN=pods {swap}", (await HandshakeAsync(gateway, SslProtocols.None)).Subject);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(clients), seen => Assert.NotEmpty(seen));
    }

    private static async Task<(SslProtocols Version, string Subject)> HandshakeAsync(GatewayHost gateway, SslProtocols version)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, gateway.HttpsPort, Cancel);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "abcdefghijklmn-1.proxy.localhost",
                EnabledSslProtocols = version,
#pragma warning disable CA5359 // What is looked at is which certificate it is.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            },
            Cancel);
        return (stream.SslProtocol, stream.RemoteCertificate!.Subject);
    }

    private static void Write(string path, string keyPath, int number, Action? between = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=pods {number}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.proxy.localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(90));
        if (between is not null)
        {
            File.WriteAllText(path, certificate.ExportCertificatePem());
            between();
        }

        CertificateFiles.Write(path, keyPath, certificate, key);
    }
}
