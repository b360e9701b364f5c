using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tls;

/// <summary>The certificates after the first one of a file, which clients are sent along.</summary>
public sealed class CertificateChainTests : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-1);

    private readonly CertificateFolder _files = new();
    private readonly ECDsa _issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _issuer;

    public CertificateChainTests()
    {
        (_files.Gateway.CertificatePath, _files.Gateway.CertificateKeyPath) = (_files.File("bought.crt"), _files.File("bought.key"));
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=issuer", _issuerKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        _issuer = request.Create(
            new X500DistinguishedName("CN=root"), X509SignatureGenerator.CreateForECDsa(root), Start, Start.AddDays(90), [1]);
        File.WriteAllText(_files.Gateway.CertificateKeyPath, _key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _issuer.Dispose();
        _issuerKey.Dispose();
        _key.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Refresh_ChainAddedBehindTheSameCertificate_IsServed()
    {
        var leaf = Sign();
        Put(leaf);
        var store = _files.Open();
        Assert.Empty(ChainOf(store));

        Put(leaf, _issuer.ExportCertificatePem());
        store.Refresh();

        Assert.Equal(["CN=issuer"], ChainOf(store));
    }

    [Fact]
    public void Refresh_ChainBrokenOff_KeepsTheOldOneUntilItIsWhole()
    {
        var (first, second, issuer) = (Sign(), Sign(), _issuer.ExportCertificatePem());
        Put(first, issuer);
        var store = _files.Open();

        Put(second, issuer[..^40]);
        store.Refresh();
        Assert.Contains("is whole", Assert.Single(store.Problems), StringComparison.Ordinal);
        Assert.Equal(["CN=issuer"], ChainOf(store));

        Put(second, issuer);
        store.Refresh();
        Assert.Empty(store.Problems);
        Assert.Equal(["CN=issuer"], ChainOf(store));
    }

    [Fact]
    public async Task Refresh_FileThatIsWrittenAllTheTime_NeverFails()
    {
        string[] leaves = [Sign(), Sign()];
        Put(leaves[0]);
        var store = _files.Open();
        using var done = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                for (var number = 0; !done.IsCancellationRequested; number++)
                {
                    Put(leaves[number % 2]);
                }
            },
            TestContext.Current.CancellationToken);

        for (var look = 0; look < 3000; look++)
        {
            store.Refresh();
        }

        await done.CancelAsync();
        await writing;

        // Whatever it saw meanwhile, half a file among it.
        store.Refresh();
        using var last = X509CertificateLoader.LoadCertificateFromFile(_files.Gateway.CertificatePath!);
        Assert.Equal(last.Thumbprint, store.Select(null).ServerCertificateContext!.TargetCertificate.Thumbprint);
    }

    private static IEnumerable<string> ChainOf(CertificateStore store) =>
        store.Select(null).ServerCertificateContext!.IntermediateCertificates.Select(certificate => certificate.Subject);

    private void Put(params string[] certificates) => File.WriteAllLines(_files.Gateway.CertificatePath!, certificates);

    private string Sign()
    {
        var request = new CertificateRequest("CN=bought", _key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("console.example.com");
        names.AddDnsName("*.pods.example.com");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuerKey), Start, Start.AddDays(60), RandomNumberGenerator.GetBytes(8));
        return certificate.ExportCertificatePem();
    }
}
