using PodConsole.Domain.Ports;

namespace PodConsole.Tests.Proxy.Tcp.Ssrf;

/// <summary>A port field takes numbers and never a place: there is no text that makes the gateway look elsewhere.</summary>
public sealed class PortFieldTests
{
    [Theory]
    [InlineData("127.0.0.1:22")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.169.254:80")]
    [InlineData("[::1]:22")]
    [InlineData("::1")]
    [InlineData("localhost:22")]
    [InlineData("22@127.0.0.1")]
    [InlineData("22:127.0.0.1:22")]
    [InlineData("22/tcp@localhost")]
    [InlineData("0x16")]
    [InlineData("22#")]
    [InlineData("22%00")]
    [InlineData("+22")]
    [InlineData("-22")]
    [InlineData("2e1")]
    [InlineData("２２")]
    [InlineData("unix:/var/run/docker.sock")]
    [InlineData("http://169.254.169.254/")]
    public void Parse_Place_IsNoPort(string text)
    {
        var http = PortList.Parse(text, "", 64);
        var tcp = PortList.Parse("", text, 64);

        Assert.NotEmpty(http.Errors);
        Assert.NotEmpty(tcp.Errors);
        Assert.Empty(http.Ports);
        Assert.Empty(tcp.Ports);
    }
}
