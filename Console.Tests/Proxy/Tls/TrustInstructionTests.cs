using PodConsole.Proxy.Tls;

namespace PodConsole.Tests.Proxy.Tls;

public sealed class TrustInstructionTests
{
    [Fact]
    public void For_Linux_CopiesIntoTheSystemsStoreAndTheBrowsers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The command is the one for Linux.");

        var instruction = TrustInstruction.For("/home/it's me/ca.crt");

        Assert.StartsWith(@"sudo cp '/home/it'\''s me/ca.crt' ", instruction.Command, StringComparison.Ordinal);
        Assert.Contains("update-ca-", instruction.Command, StringComparison.Ordinal);
        Assert.StartsWith("certutil -d sql:$HOME/.pki/nssdb -A -t C,, ", instruction.BrowserCommand, StringComparison.Ordinal);
    }
}
