using PodConsole.Domain.Ports.Options;

namespace PodConsole.Tests.Domain.Ports.Options;

public sealed class NetworkListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7/32", "203.0.113.7")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.0.0.0/8,10.0.0.0/8 ; 192.168.0.0/16\n2001:DB8::1", "10.0.0.0/8, 192.168.0.0/16, 2001:db8::1")]
    [InlineData("2001:db8:1::/33", "2001:db8::/33")]
    [InlineData("::ffff:10.1.0.0/112", "10.1.0.0/16")]
    [InlineData("0.0.0.0/0, ::/0", "0.0.0.0/0, ::/0")]
    public void Parse_Networks_HaveOneForm(string text, string expected)
    {
        var networks = NetworkList.Parse(text, out var wrong);

        Assert.Empty(wrong);
        Assert.Equal(expected, NetworkList.Format(networks));
        Assert.Equal(networks, NetworkList.Parse(expected));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("::/129")]
    [InlineData("::ffff:10.0.0.0/95")]
    [InlineData("fe80::1%eth0")]
    [InlineData("example.com")]
    [InlineData("10.0.0.256")]
    public void Parse_AnythingElse_IsNamed(string text)
    {
        var networks = NetworkList.Parse($"192.0.2.1, {text}", out var wrong);

        Assert.Equal([text], wrong);
        Assert.Single(networks);
    }
}
