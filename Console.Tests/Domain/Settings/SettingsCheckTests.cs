using Microsoft.Extensions.Configuration;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Settings;

public sealed class SettingsCheckTests
{
    [Theory]
    [InlineData("Console:PublicUrl", "http://localhost:8443")]
    [InlineData("Console:PublicUrl", "localhost:8443")]
    [InlineData("Console:PublicUrl", "https://example.org/console")]
    [InlineData("Console:PublicUrl", "https://me@example.org")]
    [InlineData("Console:PublicUrl", "https://example.org/#top")]
    [InlineData("Console:DataDirectory", " ")]
    [InlineData("Console:AdminEmail", "someone@example.org", "Console:AdminPassword")]
    [InlineData("Console:AdminPassword", "a long enough one", "Console:AdminEmail")]
    [InlineData("Console:AdminApiKey", "ppk_0123456789abcdefghijklmnopqrstuvwxyz")]
    [InlineData("Console:AdminApiKey", "too-short")]
    [InlineData("Console:Colour", "purple")]
    [InlineData("Gateway:HttpsPort", "abc")]
    [InlineData("Gateway:HttpsPort", "70000")]
    [InlineData("Gateway:HttpPort", "-1")]
    [InlineData("Gateway:HttpPort", "8443")]
    [InlineData("Gateway:HttpPort", "20001", "Gateway:TcpPortRange")]
    [InlineData("Gateway:HttpsPort", "20001", "Gateway:TcpPortRange")]
    [InlineData("Gateway:BindAddress", "localhost")]
    [InlineData("Gateway:ProxyDomain", "pods")]
    [InlineData("Gateway:ProxyDomain", "*.example.org")]
    [InlineData("Gateway:ProxyDomain", "-bad.example.org")]
    [InlineData("Gateway:ProxyDomain", "under_score.example.org")]
    [InlineData("Gateway:PublicAddresses:0:Address", "example.org")]
    [InlineData("Gateway:PublicAddresses:0:BindAddress", "eth0")]
    [InlineData("Gateway:PublicAddresses:0:Cloud", "Sunny")]
    [InlineData("Gateway:PublicAddresses", "127.0.0.1")]
    [InlineData("Gateway:TcpPortRange", "20000")]
    [InlineData("Gateway:TcpPortRange", "30000-20000")]
    [InlineData("Gateway:TcpPortRange", "80-90")]
    [InlineData("Gateway:TcpPortRange", "60000-70000")]
    [InlineData("Gateway:ResponseTimeout", "soon")]
    [InlineData("Gateway:ResponseTimeout", "00:00:00")]
    [InlineData("Gateway:ResponseTimeout", "02:00:00")]
    [InlineData("Gateway:TcpIdleTimeout", "-00:00:01")]
    [InlineData("Gateway:TcpIdleTimeout", "31.00:00:00")]
    [InlineData("Gateway:DrainTimeout", "-00:00:01")]
    [InlineData("Gateway:PortQuarantine", "00:00:10")]
    [InlineData("Gateway:PortQuarantineFloor", "-00:00:01")]
    [InlineData("Gateway:MaxTcpPorts", "-1")]
    [InlineData("Gateway:CertificatePath", "no-such.crt")]
    [InlineData("Runtime:Kind", "Magic")]
    [InlineData("Runtime:LocalProcess:AllowManyUsers", "maybe")]
    [InlineData("Api:RequestsPerMinute", "0")]
    public void Problems_WrongValue_NameTheirKey(string key, string value, string? named = null)
    {
        var problems = Problems((key, value));

        Assert.Contains(problems, problem => problem.StartsWith($"{named ?? key}: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Console:PublicUrl", "https://console.example.org")]
    [InlineData("Gateway:BindAddress", "0.0.0.0")]
    [InlineData("Gateway:BindAddress", "::")]
    [InlineData("Gateway:HttpsPort", "0")]
    [InlineData("Gateway:DrainTimeout", "00:01:00")]
    [InlineData("Gateway:PublicAddresses:0:Address", "192.0.2.1")]
    public void Problems_GoodValue_AreNone(string key, string value) => Assert.Empty(Problems((key, value)));

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5", "203.0.113.1 listens on 10.0.0.5 and 203.0.113.2 on 10.0.0.5")]
    [InlineData("::", "::", "203.0.113.1 listens on :: and 203.0.113.2 on ::")]
    [InlineData("203.0.113.2", "", "203.0.113.1 listens on 203.0.113.2 and 203.0.113.2 on 203.0.113.2")]
    [InlineData("2001:db8::5", "2001:DB8:0::5", "203.0.113.1 listens on 2001:db8::5 and 203.0.113.2 on 2001:db8::5")]
    [InlineData("10.0.0.5", "::ffff:10.0.0.5", "203.0.113.1 listens on 10.0.0.5 and 203.0.113.2 on 10.0.0.5")]
    [InlineData("2001:db8::5", "::", "203.0.113.1 listens on 2001:db8::5 and 203.0.113.2 on ::")]
    public void Problems_PublicAddressesThatListenOnOne_AreRefused(string first, string second, string words)
    {
        var problem = Assert.Single(Problems(TwoAddresses(first, second)));

        Assert.StartsWith($"Gateway:PublicAddresses: {words}, so", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.6")]
    [InlineData("10.0.0.5", "::")]
    [InlineData("", "10.0.0.5")]
    public void Problems_PublicAddressesThatListenApart_AreNone(string first, string second) => Assert.Empty(Problems(TwoAddresses(first, second)));

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("::")]
    [InlineData("0.0.0.0", "0")]
    public void Problems_PublicAddressThatListensOnEveryIPv4Address_IsRefusedByItsKey(string first, string second = "0.0.0.0")
    {
        var problems = Problems(TwoAddresses(first, second));

        Assert.Equal(first == "0.0.0.0" ? 2 : 1, problems.Count);
        Assert.Contains(
            $"Gateway:PublicAddresses:1:BindAddress: '{second}' is every address of this machine, so pods on it could not listen on their "
            + "symmetrical ports. Give the address of the network interface.",
            problems);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::ffff:0.0.0.0")]
    public void Problems_PublicAddressThatIsEveryIPv4Address_IsRefused(string address) => Assert.StartsWith(
        $"Gateway:PublicAddresses:0:Address: '{address}' is every address of this machine, ",
        Assert.Single(Problems(("Gateway:PublicAddresses:0:Address", address))), StringComparison.Ordinal);

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8:0::1")]
    public void Problems_PublicAddressTwice_SaysSo(string first, string second) => Assert.EndsWith(
        $"{first} is listed twice.",
        Assert.Single(Problems(("Gateway:PublicAddresses:0:Address", first), ("Gateway:PublicAddresses:1:Address", second))), StringComparison.Ordinal);

    [Fact]
    public void Problems_SeveralWrongValues_AreToldAtOnce()
    {
        var problems = Problems(("Gateway:HttpPort", "70000"), ("Runtime:Kind", "Magic"), ("Console:PublicUrl", "x"));

        Assert.Equal(3, problems.Count);
    }

    [Fact]
    public void Problems_UnreadableValues_AreToldWithTheOthers()
    {
        var problems = Problems(("Gateway:HttpPort", "abc"), ("Gateway:DrainTimeout", "soon"));

        Assert.Equal(2, problems.Count);
    }

    [Fact]
    public void Problems_ShippedSettings_AreNone()
    {
        var shipped = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "appsettings.json")).Build();

        Assert.Empty(SettingsCheck.Problems(shipped, Repository.Root));
    }

    [Fact]
    public void Problems_SecretInAWrongValue_IsNotRepeated()
    {
        var problems = Problems(("Console:AdminApiKey", "ppk_secret"), ("Console:AdminPassword", "hidden"));

        Assert.DoesNotContain(problems, problem => problem.Contains("secret", StringComparison.Ordinal) || problem.Contains("hidden", StringComparison.Ordinal));
    }

    private static (string Key, string Value)[] TwoAddresses(string firstBind, string secondBind) =>
    [
        ("Gateway:PublicAddresses:0:Address", "203.0.113.1"), ("Gateway:PublicAddresses:0:BindAddress", firstBind),
        ("Gateway:PublicAddresses:1:Address", "203.0.113.2"), ("Gateway:PublicAddresses:1:BindAddress", secondBind),
    ];

    private static IReadOnlyList<string> Problems(params IEnumerable<(string Key, string Value)> settings) => SettingsCheck.Problems(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build(),
        AppContext.BaseDirectory);
}
