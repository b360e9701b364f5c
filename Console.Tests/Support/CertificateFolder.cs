using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Tls;

namespace PodConsole.Tests.Support;

/// <summary>
/// Certificates as an operator has them: files, and the settings that name them. The console is at <c>console.example.com</c>, the
/// pods are below <c>pods.example.com</c>.
/// </summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly TempDirectory _directory = new();

    /// <summary>The time; certificates are signed now, for 90 days.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

    public GatewaySettings Gateway { get; } = new() { ProxyDomain = "pods.example.com" };

    public ConsoleSettings Console { get; } = new() { PublicUrl = "https://console.example.com" };

    public string File(string name) => _directory.File(name);

    /// <summary>What a console that starts now makes of them.</summary>
    public CertificateStore Open() => Open(NullLoggerFactory.Instance);

    /// <summary>What a console that starts now makes of them, and what it logs.</summary>
    public CertificateStore Open(ILoggerFactory log) => new(
        Options.Create(Gateway), Options.Create(Console), new DataPaths(_directory.Path),
        new HostingEnvironment { ContentRootPath = _directory.Path }, Clock, log.CreateLogger<CertificateStore>());

    /// <summary>Puts, or replaces, the pods' pair.</summary>
    public void Configure(string subject, params string[] names)
    {
        (Gateway.CertificatePath, Gateway.CertificateKeyPath) = (File("bought.crt"), File("bought.key"));
        Write(Gateway.CertificatePath, Gateway.CertificateKeyPath, subject, names);
    }

    /// <summary>Puts, or replaces, the console's pair.</summary>
    public void ConfigureConsole(string subject, params string[] names)
    {
        (Gateway.ConsoleCertificatePath, Gateway.ConsoleCertificateKeyPath) = (File("console.crt"), File("console.key"));
        Write(Gateway.ConsoleCertificatePath, Gateway.ConsoleCertificateKeyPath, subject, names);
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Signs a certificate for names with its own key.</summary>
    public static void Write(string path, string keyPath, string subject, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var builder = new SubjectAlternativeNameBuilder();
        Array.ForEach(names, builder.AddDnsName);
        request.CertificateExtensions.Add(builder.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(90));
        CertificateFiles.Write(path, keyPath, certificate, key);
    }
}
