using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Settings;
using MsOptions = Microsoft.Extensions.Options.Options;

namespace PodConsole.Tests.Domain.Ports.Leases;

public sealed class PortPoolTests
{
    private static readonly EphemeralRange Linux = new(32768, 60999);

    [Fact]
    public void Ports_RangeApartFromTheSystems_AreAll()
    {
        var pool = New("20000-29999");

        Assert.Equal(10_000, pool.Ports.Length);
        Assert.True(pool.Contains(20000) && pool.Contains(29999) && !pool.Contains(30000));
        Assert.Null(pool.Notice);
    }

    [Fact]
    public void Ports_RangeOverlapsTheSystems_LeavesTheOverlapOutAndSaysSo()
    {
        var pool = New("32000-33000");

        Assert.Equal(Enumerable.Range(32000, 768), pool.Ports);
        Assert.Equal(
            "233 of the 1001 ports of Gateway:TcpPortRange are left out: this system gives 32768-60999 to outgoing connections.", pool.Notice);
    }

    [Fact]
    public void Ports_OfTheConsoleItself_AreLeftOut()
    {
        var pool = New("20000-20009", gateway => (gateway.HttpsPort, gateway.HttpPort) = (20001, 0), "https://console.example.org:20002");
        pool.Reserve(20003, 443);

        Assert.Equal([20000, 20004, 20005, 20006, 20007, 20008, 20009], pool.Ports);
    }

    [Theory]
    [InlineData("32768\t60999\n", 32768, 60999)]
    [InlineData("1024 65535", 1024, 65535)]
    [InlineData("", 49152, 65535)]
    [InlineData("nonsense", 49152, 65535)]
    public void Parse_TextOfTheKernel_IsTheRange(string text, int first, int last) => Assert.Equal(new(first, last), EphemeralRange.Parse(text));

    [Fact]
    public void OfThisMachine_ReadsARange() => Assert.InRange(EphemeralRange.OfThisMachine().First, 1, 65535);

    private static PortPool New(string range, Action<GatewaySettings>? configure = null, string publicUrl = "https://localhost:8443")
    {
        var gateway = new GatewaySettings { TcpPortRange = range };
        configure?.Invoke(gateway);
        return new(MsOptions.Create(gateway), MsOptions.Create(new ConsoleSettings { PublicUrl = publicUrl }), Linux);
    }
}
