using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

public sealed class LocalCertificateAuthorityTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private string AuthorityFile => _directory.File("certificates/pod-console-ca.crt");

    private string AuthorityKeyFile => _directory.File("certificates/pod-console-ca.key");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("proxy.localhost", true)]
    [InlineData("abcdefghij0123-4000.proxy.localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("example.com", false)]
    [InlineData("a.b.proxy.localhost", false)]
    public void GetLeaf_FirstStart_CoversExactlyTheGatewaysNames(string name, bool covered)
    {
        using var leaf = Authority().GetLeaf();

        Assert.Equal(covered, leaf.MatchesHostname(name, allowCommonName: false));
    }

    [Fact]
    public void GetLeaf_FirstStart_IsAServerCertificateOfAtMost397Days()
    {
        using var leaf = Authority().GetLeaf();

        Assert.True(leaf.NotAfter - leaf.NotBefore <= TimeSpan.FromDays(397));
        Assert.Equal("1.3.6.1.5.5.7.3.1", leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages[0].Value);
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.NotEmpty(leaf.Extensions.OfType<X509SubjectKeyIdentifierExtension>());
        Assert.NotEmpty(leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>());
    }

    [Fact]
    public void GetLeaf_FirstStart_KeepsKeysToTheirOwner()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        using var leaf = Authority().GetLeaf();

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(ownerOnly, File.GetUnixFileMode(AuthorityKeyFile));
        Assert.Equal(ownerOnly, File.GetUnixFileMode(_directory.File("certificates/gateway.key")));
        Assert.Equal(4, Directory.GetFiles(_directory.File("certificates")).Length);
    }

    [Fact]
    public void GetLeaf_Again_IsTheSameCertificate()
    {
        using var first = Authority().GetLeaf();
        using var second = Authority().GetLeaf();

        Assert.Equal(first.Thumbprint, second.Thumbprint);
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(368, true)]
    public void GetLeaf_TimePasses_RenewsTheLeafAndNotTheAuthority(int days, bool renewed)
    {
        using var first = Authority().GetLeaf();
        var authority = File.ReadAllText(AuthorityFile);
        _time.Advance(TimeSpan.FromDays(days));

        using var second = Authority().GetLeaf();

        Assert.Equal(renewed, first.Thumbprint != second.Thumbprint);
        Assert.Equal(authority, File.ReadAllText(AuthorityFile));
    }

    [Fact]
    public void GetLeaf_AuthorityAboutToEnd_IsReplacedWithTheLeaf()
    {
        using var first = Authority().GetLeaf();
        var authority = File.ReadAllText(AuthorityFile);
        _time.Advance(TimeSpan.FromDays(3400));

        using var second = Authority().GetLeaf();

        Assert.NotEqual(authority, File.ReadAllText(AuthorityFile));
        Assert.True(IsTrusted(second, "localhost"));
    }

    [Fact]
    public void GetLeaf_CrashBetweenKeyAndCertificate_StartsAnew()
    {
        using var first = Authority().GetLeaf();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(AuthorityKeyFile, key.ExportPkcs8PrivateKeyPem());

        using var second = Authority().GetLeaf();

        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(IsTrusted(second, "localhost"));
    }

    [Fact]
    public void GetLeaf_OtherProxyDomain_IsPermittedAndSigned()
    {
        using var first = Authority().GetLeaf();

        using var second = Authority("Pods.Example.Test").GetLeaf();

        Assert.True(second.MatchesHostname("abcdefghij0123-1.pods.example.test"));
        Assert.True(IsTrusted(second, "abcdefghij0123-1.pods.example.test"));
    }

    [Theory]
    [InlineData("console.localhost", "example.com")]
    [InlineData("Console.Example.Com", "example.com")]
    [InlineData("192.0.2.7", "192.0.2.8")]
    [InlineData("2001:db8::7", "2001:db8::8")]
    public async Task GetLeaf_ConsoleAtAnotherHost_IsSignedForItTooAndForNoMore(string consoleHost, string other)
    {
        using var leaf = Authority(consoleHost: consoleHost).GetLeaf();
        using var again = Authority(consoleHost: consoleHost).GetLeaf();

        Assert.Equal(leaf.Thumbprint, again.Thumbprint);
        Assert.True(leaf.MatchesHostname(consoleHost));
        Assert.True(IsTrusted(leaf, consoleHost));
        Assert.Equal(0, await VerifyAsync(_directory.File("certificates/gateway.crt"), consoleHost));
        Assert.NotEqual(0, await VerifyAsync(_directory.File("certificates/gateway.crt"), other));
    }

    [Fact]
    public async Task GetLeaf_VerifiedByOpenSsl_IsTrustedForItsNamesOnly()
    {
        using var leaf = Authority().GetLeaf();

        Assert.Equal(0, await VerifyAsync(_directory.File("certificates/gateway.crt"), "abcdefghij0123-4000.proxy.localhost"));
        Assert.NotEqual(0, await VerifyAsync(_directory.File("certificates/gateway.crt"), "example.com"));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("10.0.0.1")]
    public async Task Authority_KeyAbused_CannotSignForOtherNames(string name)
    {
        using var leaf = Authority().GetLeaf();
        using var authority = CertificateFiles.Read(AuthorityFile, AuthorityKeyFile);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using var forged = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);
        await File.WriteAllTextAsync(_directory.File("forged.crt"), forged.ExportCertificatePem(), TestContext.Current.CancellationToken);

        Assert.False(IsTrusted(forged, name));
        Assert.NotEqual(0, await VerifyAsync(_directory.File("forged.crt"), name));
    }

    private LocalCertificateAuthority Authority(string proxyDomain = "proxy.localhost", string consoleHost = "localhost") =>
        new(_directory.File("certificates"), proxyDomain, consoleHost, _time);

    private bool IsTrusted(X509Certificate2 certificate, string name)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(AuthorityFile));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        return chain.Build(certificate) && certificate.MatchesHostname(name);
    }

    private async Task<int> VerifyAsync(string certificate, string name)
    {
        var nameOption = System.Net.IPAddress.TryParse(name, out _) ? "-verify_ip" : "-verify_hostname";
        using var process = Process.Start(new ProcessStartInfo("openssl")
        {
            ArgumentList = { "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", AuthorityFile, "-purpose", "sslserver", nameOption, name, certificate },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        TestContext.Current.TestOutputHelper?.WriteLine(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
