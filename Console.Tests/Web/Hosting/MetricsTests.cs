using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Hosting;

/// <summary>What Prometheus is told, and that nobody else is.</summary>
public sealed class MetricsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_Administrator_TellsOfCertificatesPortsAndConnections()
    {
        await using var console = await ConsoleHost.StartAsync();
        await DemoPods.DeployAsync(console);
        using var client = await console.NewSignedInClientAsync();
        using var program = console.NewClient();
        program.DefaultRequestHeaders.Authorization = new("Bearer", ConsoleHost.ApiKey);

        var signedIn = await client.GetStringAsync("/metrics", Cancel);
        var withKey = await program.GetStringAsync("/metrics", Cancel);

        Assert.All([signedIn, withKey], text =>
        {
            Assert.Matches("podconsole_certificate_expiry_timestamp_seconds\\{names=\".*\\*\\.proxy\\.localhost.*\"\\} 1[0-9]{9}", text);
            Assert.Contains("podconsole_ports{protocol=\"http\",state=\"live\"} 1\n", text, StringComparison.Ordinal);
            Assert.Contains("podconsole_ports{protocol=\"tcp\",state=\"live\"} 1\n", text, StringComparison.Ordinal);
            Assert.Contains("podconsole_connections{protocol=\"http\"} 0\n", text, StringComparison.Ordinal);
            Assert.Contains("podconsole_certificate_problems 0\n", text, StringComparison.Ordinal);
            Assert.Contains("process_cpu_seconds_total", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Metrics_PairForOtherNames_CountsAsAProblem()
    {
        using var directory = new TempDirectory();
        var (path, keyPath) = (directory.File("other.crt"), directory.File("other.key"));
        CertificateFolder.Write(path, keyPath, "CN=other", "other.example");
        await using var console = await ConsoleHost.StartAsync($"Gateway:CertificatePath={path}", $"Gateway:CertificateKeyPath={keyPath}");
        using var client = await console.NewSignedInClientAsync();

        var text = await client.GetStringAsync("/metrics", Cancel);

        Assert.Contains("podconsole_certificate_problems 1\n", text, StringComparison.Ordinal);
        Assert.Contains("podconsole_certificate_expiry_timestamp_seconds{names=\"other.example\"}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_AnybodyElse_AreNotThere()
    {
        await using var console = await ConsoleHost.StartAsync();
        using var nobody = console.NewClient();
        using var program = console.NewClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "ppk_" + new string('x', 40));

        using var anonymous = await nobody.GetAsync("/metrics", Cancel);
        using var wrong = await program.GetAsync("/metrics", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
    }

    [Fact]
    public async Task Metrics_SignedInWithoutTheRole_AreNotThere()
    {
        await using var console = await ConsoleHost.StartAsync();
        await using (var scope = console.Services.CreateAsyncScope())
        {
            var user = new User { UserName = "user@example.org", Email = "user@example.org" };
            Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, ConsoleHost.Password)).Succeeded);
        }

        using var client = console.NewClient();
        using var signedIn = await client.SignInAsync("user@example.org", ConsoleHost.Password);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        using var answer = await client.GetAsync("/metrics", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
