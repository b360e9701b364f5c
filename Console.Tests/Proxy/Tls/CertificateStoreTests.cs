using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

public sealed class CertificateStoreTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Select_NothingConfigured_ServesTheLocalAuthoritysForEveryName()
    {
        var store = _files.Open();

        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, ""));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, null));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "not_a.name-"));
        Assert.Contains("pod-console-ca.crt", store.TrustInstruction!.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_ConfiguredForAllNames_NeedsNoLocalAuthority()
    {
        _files.Configure("CN=bought", "console.example.com", "*.pods.example.com");

        var store = _files.Open();

        Assert.Equal("CN=bought", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=bought", SubjectFor(store, "other.example"));
        Assert.Null(store.TrustInstruction);
        Assert.False(Directory.Exists(_files.File("certificates")));
    }

    [Fact]
    public void Select_ConfiguredForSomeNames_LeavesTheOthersToTheLocalAuthority()
    {
        _files.Configure("CN=bought", "console.example.com");

        var store = _files.Open();

        Assert.Equal("CN=bought", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=bought", SubjectFor(store, null));
    }

    [Fact]
    public void Certificates_ConfiguredAndLocal_TellsWhatPeopleNeedToKnow()
    {
        _files.Configure("CN=bought", "console.example.com");

        var served = _files.Open().Certificates;

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
        _files.Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = _files.Open();
        _files.Configure("CN=new", "console.example.com", "*.pods.example.com");

        store.Refresh();

        Assert.Equal("CN=new", SubjectFor(store, null));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("mismatch")]
    [InlineData("missing")]
    public void Refresh_PairBroken_KeepsTheOldOneUntilItIsMended(string fault)
    {
        _files.Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = _files.Open();
        var key = File.ReadAllText(_files.Gateway.CertificateKeyPath!);
        switch (fault)
        {
            case "garbage":
                File.WriteAllText(_files.Gateway.CertificatePath!, "-----BEGIN CERTIFICATE-----\nnonsense");
                break;
            case "missing":
                File.Delete(_files.Gateway.CertificatePath!);
                break;
            default:
                _files.Configure("CN=new", "console.example.com");
                File.WriteAllText(_files.Gateway.CertificateKeyPath!, key);
                break;
        }

        store.Refresh();
        Assert.Equal("CN=old", SubjectFor(store, null));
        Assert.StartsWith("Gateway:CertificatePath: ", Assert.Single(store.Problems), StringComparison.Ordinal);

        _files.Configure("CN=mended", "console.example.com", "*.pods.example.com");
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
        _files.Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = _files.Open();

        _files.Configure("CN=new", name);
        store.Refresh();

        Assert.Equal("CN=old", SubjectFor(store, null));
        Assert.StartsWith(
            $"Gateway:CertificatePath: The certificate is for {told} The certificate that was loaded before stays in use. Put ",
            Assert.Single(store.Problems),
            StringComparison.Ordinal);
        Assert.Null(store.AuthorityPath);

        _files.Configure("CN=mended", "console.example.com", "*.pods.example.com");
        store.Refresh();
        Assert.Equal("CN=mended", SubjectFor(store, null));
        Assert.Empty(store.Problems);
    }

    [Fact]
    public void Refresh_ConsolesPairForAnotherHost_KeepsTheOldOne()
    {
        _files.Configure("CN=pods", "*.pods.example.com");
        _files.ConfigureConsole("CN=console", "console.example.com");
        var store = _files.Open();

        _files.ConfigureConsole("CN=other", "*.pods.example.com");
        store.Refresh();

        Assert.Equal("CN=console", SubjectFor(store, "console.example.com"));
        Assert.Contains("not for console.example.com", Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_NameLostThatTheConsolesPairIsFor_SwapsThePods()
    {
        _files.Configure("CN=pods", "*.pods.example.com", "console.example.com");
        _files.ConfigureConsole("CN=console", "console.example.com");
        var store = _files.Open();

        _files.Configure("CN=new pods", "*.pods.example.com");
        store.Refresh();

        Assert.Equal("CN=new pods", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Empty(store.Problems);
    }

    [Fact]
    public void Refresh_PairThatHasEnded_KeepsTheOldOne()
    {
        _files.Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = _files.Open();
        _files.Configure("CN=new", "console.example.com", "*.pods.example.com");

        _files.Clock.Advance(TimeSpan.FromDays(91));
        store.Refresh();

        Assert.Equal("CN=old", SubjectFor(store, null));
        Assert.Matches("The certificate ended on .*Z\\. The certificate that was loaded before stays in use\\. ", Assert.Single(store.Problems));
    }

    [Fact]
    public void Open_PairForOtherNames_ServesItEvenSoAndTells()
    {
        _files.Configure("CN=other", "console.example.com");

        var store = _files.Open();

        Assert.Equal("CN=other", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=Pod Console gateway", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Contains(
            "is for console.example.com, not for *.pods.example.com. It is served even so.", Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PairThatHasEnded_ServesItEvenSoAndTells()
    {
        _files.Configure("CN=ended", "console.example.com", "*.pods.example.com");
        _files.Clock.Advance(TimeSpan.FromDays(91));

        var store = _files.Open();

        Assert.Equal("CN=ended", SubjectFor(store, null));
        Assert.Matches("The certificate ended on .*Z\\. It is served even so\\. ", Assert.Single(store.Problems));
    }

    [Fact]
    public void Open_PairBroken_FailsAndNamesTheSettings()
    {
        _files.Configure("CN=old", "console.example.com");
        File.WriteAllText(_files.Gateway.CertificateKeyPath!, "nonsense");

        var failure = Assert.Throws<CertificateException>(_files.Open);

        Assert.Contains("Gateway:CertificatePath", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_TwoPairs_ServesEachForItsNames()
    {
        _files.Configure("CN=pods", "*.pods.example.com");
        _files.ConfigureConsole("CN=console", "console.example.com");

        var store = _files.Open();

        Assert.Equal("CN=console", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=pods", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Null(store.TrustInstruction);
    }

    [Fact]
    public void Refresh_OneOfTwoPairsBroken_SwapsTheOtherAndTellsOfTheBrokenOne()
    {
        _files.Configure("CN=pods", "*.pods.example.com");
        _files.ConfigureConsole("CN=console", "console.example.com");
        var store = _files.Open();

        File.WriteAllText(_files.Gateway.ConsoleCertificateKeyPath!, "nonsense");
        _files.Configure("CN=new pods", "*.pods.example.com");
        store.Refresh();

        Assert.Equal("CN=console", SubjectFor(store, "console.example.com"));
        Assert.Equal("CN=new pods", SubjectFor(store, "abcdefghij0123-1.pods.example.com"));
        Assert.Contains(_files.File("console.key"), Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watcher_LocalCertificateAboutToEnd_IsRenewedWithoutARestart()
    {
        var store = _files.Open();
        var first = ThumbprintOf(store);
        using var watcher = new CertificateWatcher(store, _files.Clock, NullLogger<CertificateWatcher>.Instance);
        await watcher.StartAsync(TestContext.Current.CancellationToken);

        _files.Clock.Advance(TimeSpan.FromDays(368));

        await Eventually.TrueAsync(
            () =>
            {
                _files.Clock.Advance(CertificateWatcher.Interval);
                return ThumbprintOf(store) != first;
            },
            "the leaf is renewed");
        await watcher.StopAsync(TestContext.Current.CancellationToken);
    }

    private static X509Certificate2 CertificateFor(CertificateStore store, string? name) =>
        store.Select(name).ServerCertificateContext!.TargetCertificate;

    private static string SubjectFor(CertificateStore store, string? name) => CertificateFor(store, name).Subject;

    private static string ThumbprintOf(CertificateStore store) => CertificateFor(store, null).Thumbprint;
}
