using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Certificates;

public sealed class CertificateDownloadTests
{
    private const string Path = "/certificates/pod-console-ca.crt";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_SignedIn_GivesTheAuthoritysCertificateAndNoKey()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();

        using var answer = await client.GetAsync(Path, Cancelled);

        Assert.Equal("application/x-x509-ca-cert", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("pod-console-ca.crt", answer.Content.Headers.ContentDisposition!.FileName);
        var pem = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(await File.ReadAllTextAsync(host.CertificatePath, Cancelled), pem);
        Assert.DoesNotContain("PRIVATE KEY", pem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_Anonymous_IsSentToSignIn()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = host.NewClient();

        using var answer = await client.GetAsync(Path, Cancelled);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }
}
