using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Proxy.Http;

public sealed class CookieRulesTests
{
    [Theory]
    [InlineData("__Host-PodConsole=secret", "")]
    [InlineData("a=1; __Host-PodConsole=secret; b=2", "a=1; b=2")]
    [InlineData("a=1;__Host-PodConsole.Antiforgery=x;b=2", "a=1; b=2")]
    [InlineData("a=1; __HOST-podconsole=secret", "a=1")]
    [InlineData("=__Host-PodConsole=secret; a=1", "a=1")]
    [InlineData("a=__Host-PodConsole", "a=__Host-PodConsole")]
    public void WithoutConsole_Cookies_LosesOnlyTheConsoles(string cookies, string expected)
    {
        Assert.True(CookieRules.MentionsConsole(cookies));
        Assert.Equal(expected, CookieRules.WithoutConsole(cookies));
    }

    [Theory]
    [InlineData("a=1", true)]
    [InlineData("a=1; Path=/; Secure; HttpOnly", true)]
    [InlineData("a=1; Domain=abcdefghij0123-1.pods.example.com", true)]
    [InlineData("a=1; Domain=", true)]
    [InlineData("a=Domain=example.com", true)]
    [InlineData("a=1; Domain=.ABCDEFGHIJ0123-1.pods.example.com", true)]
    [InlineData("a=1; Domain", true)]
    [InlineData("a=1; Domain=xpods.example.com", false)]
    [InlineData("a=1; Domain=bbcdefghij0123-1.pods.example.com", false)]
    [InlineData("a=1; Domain=p%6fds.example.com", false)]
    [InlineData("a=1; Domain=..pods.example.com", false)]
    [InlineData("a=1; Domain=pods.example.com", false)]
    [InlineData("a=1; domain=.pods.example.com", false)]
    [InlineData("a=1;DOMAIN = Example.COM", false)]
    [InlineData("a=1; Domain=\"example.com\"", false)]
    [InlineData("a=1; Domain=com", false)]
    [InlineData("a=1; Domain=example.com.", false)]
    [InlineData("a=1; Domain=example.com; Domain=other.org", false)]
    [InlineData("__Host-PodConsole=x; Path=/; Secure", false)]
    [InlineData(" __host-podconsole.gateway=x", false)]
    [InlineData("=__Host-PodConsole=x", false)]
    public void MaySet_PodsCookie_OnlyForItself(string setCookie, bool allowed) =>
        Assert.Equal(allowed, CookieRules.MaySet(setCookie, "abcdefghij0123-1.pods.example.com"));

    [Theory]
    [InlineData("\"cookies\"", "")]
    [InlineData("\"*\"", "")]
    [InlineData("\"cache\", \"COOKIES\",\"storage\"", "\"cache\", \"storage\"")]
    [InlineData("\"cache\"", "\"cache\"")]
    public void WithoutCookies_ClearSiteData_ClearsOnlyThePods(string value, string expected) =>
        Assert.Equal(expected, CookieRules.WithoutCookies(value));
}
