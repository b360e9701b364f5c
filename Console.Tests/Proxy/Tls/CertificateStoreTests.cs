using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

public sealed class CertificateStoreTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly GatewaySettings _gateway = new() { ProxyDomain = "pods.example.com" };
    private readonly ConsoleSettings _console = new() { PublicUrl = "https://console.example.com" };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Select_NothingConfigured_ServesTheLocalAuthoritysForEveryName()
    {
        var store = Open();

        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, ""));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, null));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "not_a.name-"));
        Assert.Contains("pod-console-ca.crt", store.TrustInstruction!.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_ConfiguredForAllNames_NeedsNoLocalAuthority()
    {
        Configure("CN=bought", "console.example.com", "*.pods.example.com");

        var store = Open();

        Assert.Equal("CN=bought", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=bought", SubjectFor(store, "other.example"));
        Assert.Null(store.TrustInstruction);
        Assert.False(Directory.Exists(_directory.File("certificates")));
    }

    [Fact]
    public void Select_ConfiguredForSomeNames_LeavesTheOthersToTheLocalAuthority()
    {
        Configure("CN=bought", "console.example.com");

        var store = Open();

        Assert.Equal("CN=bought", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=bought", SubjectFor(store, null));
    }

    [Fact]
    public void Certificates_ConfiguredAndLocal_TellsWhatPeopleNeedToKnow()
    {
        Configure("CN=bought", "console.example.com");

        var served = Open().Certificates;

        Assert.Equal("bought", served[0].Issuer);
        Assert.StartsWith("Pod Console local CA", served[1].Issuer, StringComparison.Ordinal);
        Assert.Equal(["console.example.com"], served[0].Names);
        Assert.Contains("*.pods.example.com", served[1].Names);
        Assert.InRange(served[0].NotAfter, DateTime.UtcNow.AddDays(89), DateTime.UtcNow.AddDays(91));
        Assert.Equal(DateTimeKind.Utc, served[0].NotAfter.Kind);
    }

    [Fact]
    public void Refresh_FilesReplaced_ServesTheNewPair()
    {
        Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = Open();
        Configure("CN=new", "console.example.com", "*.pods.example.com");

        store.Refresh();

        Assert.Equal("CN=new", SubjectFor(store, null));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("mismatch")]
    [InlineData("missing")]
    public void Refresh_PairBroken_KeepsTheOldOneUntilItIsMended(string fault)
    {
        Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = Open();
        var key = File.ReadAllText(_gateway.CertificateKeyPath!);
        switch (fault)
        {
            case "garbage":
                File.WriteAllText(_gateway.CertificatePath!, "-----BEGIN CERTIFICATE-----\nnonsense");
                break;
            case "missing":
                File.Delete(_gateway.CertificatePath!);
                break;
            default:
                Configure("CN=new", "console.example.com");
                File.WriteAllText(_gateway.CertificateKeyPath!, key);
                break;
        }

        store.Refresh();
        Assert.Equal("CN=old", SubjectFor(store, null));
        Assert.StartsWith("Gateway:CertificatePath: ", Assert.Single(store.Problems), StringComparison.Ordinal);

        Configure("CN=mended", "console.example.com", "*.pods.example.com");
        store.Refresh();
        Assert.Equal("CN=mended", SubjectFor(store, null));
        Assert.Empty(store.Problems);
    }

    [Theory]
    [InlineData("other.example", "other.example, not for *.pods.example.com, console.example.com.")]
    [InlineData("*.pods.example.com", "*.pods.example.com, not for console.example.com.")]
    [InlineData("console.example.com", "console.example.com, not for *.pods.example.com.")]
    [InlineData("pods.example.com", "pods.example.com, not for *.pods.example.com, console.example.com.")]
    public void Refresh_NamesLost_KeepsTheOldPairAndSaysWhichNames(string name, string told)
    {
        Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = Open();

        Configure("CN=new", name);
        store.Refresh();

        Assert.Equal("CN=old", SubjectFor(store, null));
        Assert.StartsWith(
            $"Gateway:CertificatePath: The certificate is for {told} The certificate that was loaded before stays in use. Put ",
            Assert.Single(store.Problems),
            StringComparison.Ordinal);
        Assert.Null(store.AuthorityPath);

        Configure("CN=mended", "console.example.com", "*.pods.example.com");
        store.Refresh();
        Assert.Equal("CN=mended", SubjectFor(store, null));
        Assert.Empty(store.Problems);
    }

    [Fact]
    public void Refresh_ConsolesPairForAnotherHost_KeepsTheOldOne()
    {
        Configure("CN=pods", "*.pods.example.com");
        ConfigureConsole("CN=console", "console.example.com");
        var store = Open();

        ConfigureConsole("CN=other", "*.pods.example.com");
        store.Refresh();

        Assert.Equal("CN=console", SubjectFor(store, "console.example.com"));
        Assert.Contains("not for console.example.com", Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_NameLostThatTheConsolesPairIsFor_SwapsThePods()
    {
        Configure("CN=pods", "*.pods.example.com", "console.example.com");
        ConfigureConsole("CN=console", "console.example.com");
        var store = Open();

        Configure("CN=new pods", "*.pods.example.com");
        store.Refresh();

        Assert.Equal("CN=new pods", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Empty(store.Problems);
    }

    [Fact]
    public void Refresh_PairThatHasEnded_KeepsTheOldOne()
    {
        Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = Open();
        Configure("CN=new", "console.example.com", "*.pods.example.com");

        _time.Advance(TimeSpan.FromDays(91));
        store.Refresh();

        Assert.Equal("CN=old", SubjectFor(store, null));
        Assert.Matches("The certificate ended on .*Z\\. The certificate that was loaded before stays in use\\. ", Assert.Single(store.Problems));
    }

    [Fact]
    public void Open_PairForOtherNames_ServesItEvenSoAndTells()
    {
        Configure("CN=other", "console.example.com");

        var store = Open();

        Assert.Equal("CN=other", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Contains(
            "is for console.example.com, not for *.pods.example.com. It is served even so.", Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PairThatHasEnded_ServesItEvenSoAndTells()
    {
        Configure("CN=ended", "console.example.com", "*.pods.example.com");
        _time.Advance(TimeSpan.FromDays(91));

        var store = Open();

        Assert.Equal("CN=ended", SubjectFor(store, null));
        Assert.Matches("The certificate ended on .*Z\\. It is served even so\\. ", Assert.Single(store.Problems));
    }

    [Fact]
    public void Open_PairBroken_FailsAndNamesTheSettings()
    {
        Configure("CN=old", "console.example.com");
        File.WriteAllText(_gateway.CertificateKeyPath!, "nonsense");

        var failure = Assert.Throws<CertificateException>(Open);

        Assert.Contains("Gateway:CertificatePath", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_TwoPairs_ServesEachForItsNames()
    {
        Configure("CN=pods", "*.pods.example.com");
        ConfigureConsole("CN=console", "console.example.com");

        var store = Open();

        Assert.Equal("CN=console", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=pods", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Null(store.TrustInstruction);
    }

    [Fact]
    public void Refresh_OneOfTwoPairsBroken_SwapsTheOtherAndTellsOfTheBrokenOne()
    {
        Configure("CN=pods", "*.pods.example.com");
        ConfigureConsole("CN=console", "console.example.com");
        var store = Open();

        File.WriteAllText(_gateway.ConsoleCertificateKeyPath!, "nonsense");
        Configure("CN=new pods", "*.pods.example.com");
        store.Refresh();

        Assert.Equal("CN=console", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=new pods", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Contains(_directory.File("console.key"), Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watcher_LocalCertificateAboutToEnd_IsRenewedWithoutARestart()
    {
        var store = Open();
        var first = ThumbprintOf(store);
        using var watcher = new CertificateWatcher(store, _time);
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromDays(368));

        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(CertificateWatcher.Interval);
                return ThumbprintOf(store) != first;
            },
            "the leaf is renewed");
        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }

    private CertificateStore Open()
    {
        IHostEnvironment environment = new HostingEnvironment { ContentRootPath = _directory.Path };
        return new CertificateStore(
            Options.Create(_gateway), Options.Create(_console), new DataPaths(_directory.Path), environment, _time,
            NullLogger<CertificateStore>.Instance);
    }

    private void Configure(string subject, params string[] names)
    {
        _gateway.CertificatePath = _directory.File("bought.crt");
        _gateway.CertificateKeyPath = _directory.File("bought.key");
        Write(_gateway.CertificatePath, _gateway.CertificateKeyPath, subject, names);
    }

    private void ConfigureConsole(string subject, params string[] names)
    {
        _gateway.ConsoleCertificatePath = _directory.File("console.crt");
        _gateway.ConsoleCertificateKeyPath = _directory.File("console.key");
        Write(_gateway.ConsoleCertificatePath, _gateway.ConsoleCertificateKeyPath, subject, names);
    }

    private static void Write(string path, string keyPath, string subject, string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var builder = new SubjectAlternativeNameBuilder();
        Array.ForEach(names, builder.AddDnsName);
        request.CertificateExtensions.Add(builder.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(90));
        CertificateFiles.Write(path, keyPath, certificate, key);
    }

    private static X509Certificate2 CertificateFor(CertificateStore store, string? name) =>
        store.Select(name).ServerCertificateContext!.TargetCertificate;

    private static string SubjectFor(CertificateStore store, string? name) => CertificateFor(store, name).Subject;

    private static string ThumbprintOf(CertificateStore store) => CertificateFor(store, null).Thumbprint;
}
