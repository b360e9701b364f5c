using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>Pairs that are replaced while they are served: what is as good is taken, the rest is told.</summary>
public sealed class CertificateRefreshTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Refresh_FilesReplaced_ServesTheNewPair()
    {
        _files.Configure("CN=old", "console.example.com", "*.pods.example.com");
        var store = _files.Open();
        _files.Configure("CN=new", "console.example.com", "*.pods.example.com");

        store.Refresh();

        Assert.Equal("CN=new", store.SubjectFor(null));
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
        Assert.Equal("CN=old", store.SubjectFor(null));
        Assert.StartsWith("Gateway:CertificatePath: ", Assert.Single(store.Problems), StringComparison.Ordinal);

        _files.Configure("CN=mended", "console.example.com", "*.pods.example.com");
        store.Refresh();
        Assert.Equal("CN=mended", store.SubjectFor(null));
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

        Assert.Equal("CN=old", store.SubjectFor(null));
        Assert.StartsWith(
            $"Gateway:CertificatePath: The certificate is for {told} The certificate that was loaded before stays in use. Put ",
            Assert.Single(store.Problems),
            StringComparison.Ordinal);
        Assert.Null(store.AuthorityPath);

        _files.Configure("CN=mended", "console.example.com", "*.pods.example.com");
        store.Refresh();
        Assert.Equal("CN=mended", store.SubjectFor(null));
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

        Assert.Equal("CN=console", store.SubjectFor("console.example.com"));
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

        Assert.Equal("CN=new pods", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
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

        Assert.Equal("CN=old", store.SubjectFor(null));
        Assert.Matches("The certificate ended on .*Z\\. The certificate that was loaded before stays in use\\. ", Assert.Single(store.Problems));
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

        Assert.Equal("CN=console", store.SubjectFor("console.example.com"));
        Assert.Equal("CN=new pods", store.SubjectFor("abcdefghij0123-1.pods.example.com"));
        Assert.Contains(_files.File("console.key"), Assert.Single(store.Problems), StringComparison.Ordinal);
    }
}
