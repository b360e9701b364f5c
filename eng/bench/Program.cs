using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using PodConsole.Bench;

switch (args)
{
    case ["edit", .. { Length: > 0 } sizes]:
        await EditCost.RunAsync([.. sizes.Select(Number)]);
        return 0;
    case ["yarp", var port, var host, var service, var certificate, var key]:
        await YarpPeer.RunConfiguredAsync(Number(port), host, $"http://{service}", X509Certificate2.CreateFromPemFile(certificate, key));
        return 0;
    case ["forwarder", var port, var host, var service, var certificate, var key]:
        await YarpPeer.RunForwarderAsync(Number(port), host, $"http://{service}", X509Certificate2.CreateFromPemFile(certificate, key));
        return 0;
    case ["loops", var port, var host, var service, var certificate, var key]:
        await YarpPeer.RunOnLoopsAsync(Number(port), host, IPEndPoint.Parse(service), X509Certificate2.CreateFromPemFile(certificate, key));
        return 0;
    case ["routes", var size, var port, var service, var certificate, var key]:
        var settings = new PodConsole.Domain.Settings.GatewaySettings
        {
            HttpsPort = Number(port),
            HttpPort = 0,
            CertificatePath = certificate,
            CertificateKeyPath = key,
        };
        await TableSize.RunAsync(Number(size), settings, IPEndPoint.Parse(service));
        return 0;
    case ["counting"]:
        await CountingCost.RunAsync();
        return 0;
    case ["idle", var target, .. { Length: > 0 } counts]:
        await IdleConnections.RunAsync(IPEndPoint.Parse(target), [.. counts.Select(Number)]);
        return 0;
    case ["listeners", var target, var count]:
        await ListenerCost.RunAsync(IPEndPoint.Parse(target), Number(count));
        return 0;
    default:
        System.Console.Error.WriteLine("""
            usage: bench edit PODS... | counting | yarp|forwarder|loops PORT HOST SERVICE CERT KEY | routes PODS PORT SERVICE CERT KEY
                         | idle REDIS COUNT... | listeners REDIS COUNT
            """);
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
