using System.Net;
using PodConsole.Proxy.Networks;

namespace PodConsole.Tests.Proxy.Networks;

public sealed class NetworkRulesTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "", "::1", false)]
    [InlineData("2001:db8::/32", "", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "", "2001:db9::1", false)]
    [InlineData("0.0.0.0/0", "", "203.0.113.7", true)]
    [InlineData("0.0.0.0/0", "", "2001:db8::1", false)]
    [InlineData("10.0.0.0/8", "10.0.0.7", "10.0.0.7", false)]
    [InlineData("10.0.0.0/8", "10.0.0.7", "10.0.0.8", true)]
    [InlineData("", "10.0.0.0/8", "::ffff:10.0.0.1", false)]
    [InlineData("", "10.0.0.0/8", "203.0.113.7", true)]
    [InlineData("", "", "203.0.113.7", true)]
    public void Admit_Address_FollowsTheListsAndDenyWins(string allowed, string denied, string address, bool expected) =>
        Assert.Equal(expected, NetworkRules.Of(new() { AllowedNetworks = allowed, DeniedNetworks = denied }).Admit(IPAddress.Parse(address)));

    [Fact]
    public void Admit_UnknownAddress_OnlyWithoutRules()
    {
        Assert.True(NetworkRules.All.Admit(null));
        Assert.False(NetworkRules.Of(new() { DeniedNetworks = "10.0.0.0/8" }).Admit(null));
    }
}
