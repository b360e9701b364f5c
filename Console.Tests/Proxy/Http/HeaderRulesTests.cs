using Microsoft.AspNetCore.Http;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Proxy.Http;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("x-forwarded-proto")]
    [InlineData("X_Forwarded_Host")]
    [InlineData("X-Forwarded_Port")]
    [InlineData("X-Forwarded")]
    [InlineData("X-Original-Host")]
    [InlineData("X-Real-IP")]
    [InlineData("x_real_ip")]
    [InlineData("Forwarded")]
    [InlineData("True-Client-IP")]
    [InlineData("Client-IP")]
    [InlineData("client_ip")]
    [InlineData("Forwarded-For")]
    [InlineData("Fastly-Client-IP")]
    [InlineData("Fly-Client-IP")]
    [InlineData("Proxy-Client-IP")]
    [InlineData("WL-Proxy-Client-IP")]
    [InlineData("wl_proxy_client_ip")]
    [InlineData("CF-Connecting-IP")]
    [InlineData("CF-Connecting-IPv6")]
    [InlineData("CF-Pseudo-IPv4")]
    [InlineData("CloudFront-Viewer-Address")]
    [InlineData("X-Remote-IP")]
    [InlineData("X-Remote-Addr")]
    [InlineData("X-Originating-IP")]
    [InlineData("X-ProxyUser-Ip")]
    [InlineData("X-Client-IP")]
    [InlineData("X-Cluster-Client-IP")]
    [InlineData("X-Azure-ClientIP")]
    [InlineData("X-Appengine-User-IP")]
    [InlineData("X-Envoy-External-Address")]
    [InlineData("Proxy")]
    [InlineData("Content_Length")]
    [InlineData("transfer_encoding")]
    public void IsLookAlike_ClaimAboutTheClient_IsOne(string name) => Assert.True(HeaderRules.IsLookAlike(name));

    [Theory]
    [InlineData("Accept")]
    [InlineData("Content-Type")]
    [InlineData("Cookie")]
    [InlineData("X-Requested-With")]
    [InlineData("X-XSRFToken")]
    [InlineData("traceparent")]
    [InlineData("Proxy-Authorization")]
    [InlineData("X-Device-IP")]
    [InlineData("Want-Digest")]
    [InlineData("Content-Length")]
    public void IsLookAlike_OtherHeader_IsNot(string name) => Assert.False(HeaderRules.IsLookAlike(name));

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("100-Continue", false)]
    [InlineData("200-ok", true)]
    [InlineData("100-continue, other", true)]
    public void IsUnknownExpectation_Value_OnlyKnowsContinue(string? value, bool unknown) =>
        Assert.Equal(unknown, HeaderRules.IsUnknownExpectation(value));

    [Fact]
    public void RemoveHopByHop_NamedHeaders_AreGoneButForFraming()
    {
        var headers = new HeaderDictionary
        {
            ["Connection"] = "keep-alive, X-Hop, Host, Content-Length",
            ["X-Hop"] = "1",
            ["X-End"] = "2",
            ["Host"] = "h",
            ["Content-Length"] = "3",
        };

        HeaderRules.RemoveHopByHop(headers);

        Assert.Equal(["Connection", "Content-Length", "Host", "X-End"], headers.Keys.Order());
    }
}
