using PodConsole.Domain.Settings;

namespace PodConsole.Tests.Domain.Settings;

public sealed class DomainSeparationTests
{
    [Theory]
    [InlineData("https://pods.example.org", "pods.example.org", "is")]
    [InlineData("https://example.org", "pods.example.org", "is below")]
    [InlineData("https://console:8443", "pods.console", "is below")]
    [InlineData("https://console.pods.example.org", "pods.example.org", "is above")]
    [InlineData("https://console.example.org", "pods.example.org", "is beside")]
    [InlineData("https://Console.Example.ORG.:8443", "a.pods.EXAMPLE.org", "is beside")]
    [InlineData("https://console.bücher.example", "pods.xn--bcher-kva.example", "is beside")]
    public void Warning_Neighbours_SaysHowTheyLie(string url, string domain, string relation)
    {
        var warning = DomainSeparation.Warning(new Uri(url), domain);

        Assert.StartsWith($"Gateway:ProxyDomain: {domain.ToLowerInvariant()} {relation} the console's host, ", warning, StringComparison.Ordinal);
        Assert.Contains("Public Suffix List", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://console.example.org", "pods-example.org")]
    [InlineData("https://console.example.org", "pods.example.net")]
    [InlineData("https://console.example.org", "console.example.org.pods.net")]
    [InlineData("https://example.org", "badexample.org")]
    [InlineData("https://localhost:8443", "proxy.localhost")]
    [InlineData("https://console.localhost:8443", "proxy.localhost")]
    [InlineData("https://127.0.0.1:8443", "proxy.localhost")]
    [InlineData("https://192.0.2.1", "pods.example.org")]
    [InlineData("https://[2001:db8::1]", "pods.example.org")]
    public void Warning_ApartOrLocal_IsNone(string url, string domain) => Assert.Null(DomainSeparation.Warning(new Uri(url), domain));
}
