using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;

namespace PodConsole.Tests.Domain.Ports;

/// <summary>Every rule of Expose HTTP Ports and Expose TCP Ports, with its message and its quick fix.</summary>
public sealed class PortListTests
{
    private const string Eleven = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11";

    [Theory]
    [InlineData("", "", "")]
    [InlineData(null, null, "")]
    [InlineData("8888", "22", "8888/http 22/tcp")]
    [InlineData("8888,4000", "22,70000", "8888/http 4000/http 22/tcp 70000/tcp")]
    [InlineData(" 8888 ,, 4000,", "22,", "8888/http 4000/http 22/tcp")]
    [InlineData("\t8888\n", ",", "8888/http")]
    [InlineData("1,65535", "1024, 2147483647", "1/http 65535/http 1024/tcp 2147483647/tcp")]
    [InlineData("080", "0022", "80/http 22/tcp")]
    public void Parse_ValidText_ReadsPortsInTheOrderTyped(string? http, string? tcp, string expected)
    {
        var result = PortList.Parse(http, tcp, 64);

        Assert.Empty(result.Errors);
        Assert.Equal(expected, string.Join(' ', result.Ports.Select(port => $"{port.Key}")));
    }

    [Theory]
    [InlineData("0", PortFields.Http, "0 is not a port: ports are 1 to 65535.", "Remove 0", "", "22")]
    [InlineData("65536", PortFields.Http, "65536 is not a port: ports are 1 to 65535.", "Remove 65536", "", "22")]
    [InlineData("8888, 69999", PortFields.Http, "69999 is not a port: ports are 1 to 65535.", "Remove 69999", "8888", "22")]
    [InlineData("8888, 70000", PortFields.Http, "70000 asks for a symmetrical port, and those are TCP: move it to Expose TCP Ports.",
        "Move 70000 to TCP", "8888", "22, 70000")]
    [InlineData("8888, 070000", PortFields.Http, "70000 asks for a symmetrical port, and those are TCP: move it to Expose TCP Ports.",
        "Move 70000 to TCP", "8888", "22, 70000")]
    [InlineData("8888, 00", PortFields.Http, "0 is not a port: ports are 1 to 65535.", "Remove 0", "8888", "22")]
    [InlineData("022", PortFields.Tcp, "22 is already exposed over HTTP. A port can be in one field only.", "Remove 22 from TCP", "022", "")]
    [InlineData("8888, 8888", PortFields.Http, "8888 is listed twice.", "Keep one 8888", "8888", "22")]
    [InlineData("80, 080", PortFields.Http, "80 is listed twice.", "Keep one 80", "80", "22")]
    [InlineData("22", PortFields.Tcp, "22 is already exposed over HTTP. A port can be in one field only.", "Remove 22 from TCP", "22", "")]
    [InlineData("80 443", PortFields.Http, "'80 443' needs commas between the ports.", "Use 80, 443", "80, 443", "22")]
    [InlineData("80;443", PortFields.Http, "'80;443' needs commas between the ports.", "Use 80, 443", "80, 443", "22")]
    [InlineData("web", PortFields.Http, "'web' is not a port number.", "Remove web", "", "22")]
    [InlineData("-1", PortFields.Http, "'-1' is not a port number.", "Remove -1", "", "22")]
    [InlineData("8080/http", PortFields.Http, "'8080/http' is not a port number.", "Remove 8080/http", "", "22")]
    [InlineData("٨٠", PortFields.Http, "'٨٠' is not a port number.", "Remove ٨٠", "", "22")]
    [InlineData("99999999999", PortFields.Http, "99999999999 is too large for a port number.", "Remove 99999999999", "", "22")]
    public void Parse_WrongHttpPort_SaysWhatAndHowToMendIt(
        string http, string field, string message, string label, string fixedHttp, string fixedTcp) =>
        AssertError(PortList.Parse(http, "22", 64), field, message, label, fixedHttp, fixedTcp);

    [Theory]
    [InlineData("0", "0 is not a port: ports are 1 to 65535.", "Remove 0", "")]
    [InlineData("22, 65536", "65536 is neither a port (1 to 65535) nor a request for a symmetrical port (70000 or more).", "Remove 65536", "22")]
    [InlineData("69999", "69999 is neither a port (1 to 65535) nor a request for a symmetrical port (70000 or more).", "Remove 69999", "")]
    [InlineData("22, 22", "22 is listed twice.", "Keep one 22", "22")]
    [InlineData("70000, 22, 70000", "70000 is listed twice.", "Keep one 70000", "70000, 22")]
    [InlineData("22, 065536", "65536 is neither a port (1 to 65535) nor a request for a symmetrical port (70000 or more).", "Remove 65536", "22")]
    [InlineData("08888", "8888 is already exposed over HTTP. A port can be in one field only.", "Remove 8888 from TCP", "")]
    [InlineData("ssh", "'ssh' is not a port number.", "Remove ssh", "")]
    public void Parse_WrongTcpPort_SaysWhatAndHowToMendIt(string tcp, string message, string label, string fixedTcp) =>
        AssertError(PortList.Parse("8888", tcp, 64), PortFields.Tcp, message, label, "8888", fixedTcp);

    [Fact]
    public void Parse_MoreThanTenHttpPorts_Refuses()
    {
        Assert.Empty(PortList.Parse("1, 2, 3, 4, 5, 6, 7, 8, 9, 10", "", 64).Errors);
        var error = Assert.Single(PortList.Parse(Eleven, "", 64).Errors);

        Assert.Equal((PortFields.Http, "11 HTTP ports are too many: at most 10 can be exposed."), (error.Field, error.Message));
    }

    [Fact]
    public void Parse_MoreTcpPortsThanTheSettingAllows_Refuses()
    {
        Assert.Empty(PortList.Parse("", "1, 2", 2).Errors);
        var error = Assert.Single(PortList.Parse("", "1, 2, 3", 2).Errors);

        Assert.Equal((PortFields.Tcp, "3 TCP ports are too many: at most 2 can be exposed."), (error.Field, error.Message));
    }

    [Fact]
    public void Parse_SeveralMistakes_TellsAllAtOnceAndKeepsWhatIsValid()
    {
        var result = PortList.Parse("8888, 0, web, 70000", "22, 8888, 66000, 22", 64);

        Assert.Equal(
            [
                (PortFields.Http, "'web' is not a port number."),
                (PortFields.Http, "0 is not a port: ports are 1 to 65535."),
                (PortFields.Http, "70000 asks for a symmetrical port, and those are TCP: move it to Expose TCP Ports."),
                (PortFields.Tcp, "66000 is neither a port (1 to 65535) nor a request for a symmetrical port (70000 or more)."),
                (PortFields.Tcp, "22 is listed twice."),
                (PortFields.Tcp, "8888 is already exposed over HTTP. A port can be in one field only."),
            ],
            result.Errors.Select(error => (error.Field, error.Message)));
        Assert.Contains(new(PortProtocol.Http, 8888), result.Ports);
        Assert.False(result.IsValid);
    }

    [Theory]
    [InlineData("8888, 70000", "22")]
    [InlineData("80 443, 80", "22, 22, 70000")]
    [InlineData("web, 0, 65536, 70001", "x, 66000, 8080, 8080")]
    [InlineData("70000", "70000")]
    public void QuickFixes_AppliedOneAfterTheOther_LeaveNoError(string http, string tcp)
    {
        var result = PortList.Parse(http, tcp, 64);
        for (var steps = 0; result.Errors.Count > 0; steps++)
        {
            Assert.True(steps < 20, $"no end at '{http}' and '{tcp}'");
            var fix = result.Errors[0].Fix!;
            result = PortList.Parse(fix.HttpPorts, fix.TcpPorts, 64);
        }

        Assert.NotNull(result.Ports);
    }

    [Fact]
    public void Parse_AnyText_NeverThrowsAndFormatsBack()
    {
        var random = new Random(11);
        const string Alphabet = "0123456789,, ;-x\t/７";
        for (var round = 0; round < 5000; round++)
        {
            var http = Text();
            var tcp = Text();
            var result = PortList.Parse(http, tcp, 64);
            var again = PortList.Parse(PortList.Format(result.Ports, PortProtocol.Http), PortList.Format(result.Ports, PortProtocol.Tcp), 64);

            Assert.Equal(result.Ports, again.Ports);
        }

        string Text() => new([.. Enumerable.Range(0, random.Next(24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
    }

    private static void AssertError(
        PortListResult result, string field, string message, string label, string fixedHttp, string fixedTcp)
    {
        var error = Assert.Single(result.Errors);
        Assert.Equal((field, message), (error.Field, error.Message));
        Assert.Equal(new QuickFix(label, fixedHttp, fixedTcp), error.Fix);
    }
}
