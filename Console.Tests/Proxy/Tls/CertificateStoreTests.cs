using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>Which certificate is served for which name, from the start on.</summary>
public sealed class CertificateStoreTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Select_NothingConfigured_ServesTheLocalAuthoritysForEveryName()
    {
        var store = _files.Open();

        Assert.Equal("CN=Pod Console gateway", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=Pod Console gateway", store.SubjectFor(""));
        Assert.Equal("CN=Pod Console gateway", store.SubjectFor(null));
        Assert.Equal("CN=Pod Console gateway", store.SubjectFor("not_a.name-"));
        Assert.Contains("pod-console-ca.crt", store.TrustInstruction!.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_ConfiguredForAllNames_NeedsNoLocalAuthority()
    {
        _files.Configure("CN=bought", "console.example.com", "*.pods.example.com");

        var store = _files.Open();

        Assert.Equal("CN=bought", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=bought", store.SubjectFor("other.example"));
        Assert.Null(store.TrustInstruction);
        Assert.False(Directory.Exists(_files.File("certificates")));
    }

    [Fact]
    public void Select_ConfiguredForSomeNames_LeavesTheOthersToTheLocalAuthority()
    {
        _files.Configure("CN=bought", "console.example.com");

        var store = _files.Open();

        Assert.Equal("CN=bought", store.SubjectFor("console.example.com"));
        Assert.Equal("CN=Pod Console gateway", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
        Assert.Equal("CN=bought", store.SubjectFor(null));
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
    public void Open_PairForOtherNames_ServesItEvenSoAndTells()
    {
        _files.Configure("CN=other", "console.example.com");

        var store = _files.Open();

        Assert.Equal("CN=other", store.SubjectFor("console.example.com"));
        Assert.Equal("CN=Pod Console gateway", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
        Assert.Contains(
            "is for console.example.com, not for *.pods.example.com. It is served even so.", Assert.Single(store.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PairThatHasEnded_ServesItEvenSoAndTells()
    {
        _files.Configure("CN=ended", "console.example.com", "*.pods.example.com");
        _files.Clock.Advance(TimeSpan.FromDays(91));

        var store = _files.Open();

        Assert.Equal("CN=ended", store.SubjectFor(null));
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

        Assert.Equal("CN=console", store.SubjectFor("console.example.com"));
        Assert.Equal("CN=pods", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
        Assert.Null(store.TrustInstruction);
    }
}
