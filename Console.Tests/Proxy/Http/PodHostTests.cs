using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Proxy.Http;

public sealed class PodHostTests
{
    private const string Domain = "proxy.localhost";
    private const string Id = "abcdefghij0123";

    [Theory]
    [InlineData("abcdefghij0123-4000.proxy.localhost", 4000)]
    [InlineData("ABCDEFGHIJ0123-1.Proxy.LocalHost", 1)]
    [InlineData("abcdefghij0123-65535.PROXY.localhost", 65535)]
    public void TryParse_PodHost_GivesIdAndPort(string host, int port)
    {
        Assert.True(PodHost.TryParse(host, Domain, out var result));
        Assert.Equal(Id, result.PodId.ToString(), ignoreCase: true);
        Assert.Equal(port, result.Port);
    }

    [Theory]
    [InlineData("")]
    [InlineData("proxy.localhost")]
    [InlineData(".proxy.localhost")]
    [InlineData("abcdefghij0123.proxy.localhost")]
    [InlineData("abcdefghij0123-.proxy.localhost")]
    [InlineData("-4000.proxy.localhost")]
    [InlineData("abcdefghij0123-0.proxy.localhost")]
    [InlineData("abcdefghij0123-04000.proxy.localhost")]
    [InlineData("abcdefghij0123-+400.proxy.localhost")]
    [InlineData("abcdefghij0123--400.proxy.localhost")]
    [InlineData("abcdefghij0123-4000-5000.proxy.localhost")]
    [InlineData("abcdefghij0123-65536.proxy.localhost")]
    [InlineData("abcdefghij0123-99999999999.proxy.localhost")]
    [InlineData("abcdefghij0123-4_0.proxy.localhost")]
    [InlineData("abcdefghij0123-٤٠٠.proxy.localhost")]
    [InlineData("abcdefghij0123-4000.proxy.localhost.")]
    [InlineData("abcdefghij0123-4000.proxy.localhost.example.com")]
    [InlineData("abcdefghij0123-4000.xproxy.localhost")]
    [InlineData("abcdefghij0123-4000xproxy.localhost")]
    [InlineData("abcdefghij0123-4000.localhost")]
    [InlineData("a.abcdefghij0123-4000.proxy.localhost")]
    [InlineData("abcdefghij0123-4000.a.proxy.localhost")]
    [InlineData("abcdefghij012-4000.proxy.localhost")]
    [InlineData("abcdefghij01234-4000.proxy.localhost")]
    [InlineData("abcdefghij-123-4000.proxy.localhost")]
    [InlineData("abcdefghij012é-4000.proxy.localhost")]
    public void TryParse_AnythingElse_IsRefused(string host) => Assert.False(PodHost.TryParse(host, Domain, out _));

    [Fact]
    public void TryParse_FormattedHost_IsTheSameAgain()
    {
        for (var port = 1; port <= 65535; port += 127)
        {
            var podId = PodId.New();

            Assert.True(PodHost.TryParse(PodHost.Format(podId, port, Domain), Domain, out var result));
            Assert.Equal(podId.Value, result.PodId.ToString());
            Assert.Equal(port, result.Port);
        }
    }

    [Fact]
    public void TryParse_MutatedHost_IsRefusedOrNamesWhatItSays()
    {
        var random = new Random(20260101);
        const string alphabet = "ab9-.:@/\\ %\0é0+_";
        for (var round = 0; round < 20_000; round++)
        {
            var host = PodHost.Format(PodId.New(), random.Next(1, 65536), Domain).ToCharArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                host[random.Next(host.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            // Whatever is accepted reads back as exactly the host it was.
            if (PodHost.TryParse(host, Domain, out var result))
            {
                Assert.Equal(new string(host), $"{result.PodId}-{result.Port}.{Domain}");
            }
        }
    }

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("localhost:8443", "localhost")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("[::1]:8443", "[::1]")]
    [InlineData("", "")]
    public void WithoutPort_HostHeader_GivesTheName(string header, string expected) =>
        Assert.Equal(expected, PodHost.WithoutPort(header).ToString());

    [Fact]
    public void UrlOf_ConsoleOnDefaultPort_HasNoPort() => Assert.Equal(
        $"https://{Id}-4000.{Domain}/", new PodSite(Domain, 443).UrlOf(PodId.Parse(Id), 4000).ToString());
}
