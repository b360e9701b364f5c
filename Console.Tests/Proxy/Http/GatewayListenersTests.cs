using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

public sealed class GatewayListenersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Start_NoBindAddress_ListensOnBothLoopbacks(string address)
    {
        Assert.SkipUnless(address == "127.0.0.1" || ListenerSockets.HasIPv6Loopback(), "This machine has no IPv6 loopback.");
        await using var gateway = await GatewayHost.StartAsync();

        foreach (var port in new[] { gateway.HttpsPort, gateway.HttpPort })
        {
            using var client = new TcpClient(IPAddress.Parse(address).AddressFamily);
            await client.ConnectAsync(address, port, Cancel);
            Assert.True(client.Connected);
        }
    }

    [Fact]
    public async Task Start_BindAddress_ListensThereOnly()
    {
        await using var gateway = await GatewayHost.StartAsync(settings => settings.BindAddress = "127.0.0.5");

        using var there = new TcpClient();
        await there.ConnectAsync("127.0.0.5", gateway.HttpsPort, Cancel);
        using var elsewhere = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await elsewhere.ConnectAsync("127.0.0.1", gateway.HttpsPort, Cancel));
    }

    [Fact]
    public async Task Start_PortHeldByThisProcess_SaysWhichPortAndSetting()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var failure = await Assert.ThrowsAsync<ListenerException>(() => GatewayHost.StartAsync(settings => settings.HttpsPort = port));

        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Gateway:HttpsPort", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortHeldByAnotherProgram_NamesIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        using var program = Process.Start(new ProcessStartInfo("openssl")
        {
            ArgumentList = { "s_server", "-nocert", "-accept", "127.0.0.1:0" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            string line;
            while (!(line = (await program.StandardOutput.ReadLineAsync(Cancel))!).StartsWith("ACCEPT 127.0.0.1:", StringComparison.Ordinal))
            {
            }

            var port = int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);

            var failure = await Assert.ThrowsAsync<ListenerException>(() => GatewayHost.StartAsync(settings => settings.HttpPort = port));

            Assert.Contains($"openssl (process {program.Id})", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            program.Kill();
        }
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_NamesTheSetting()
    {
        var failure = await Assert.ThrowsAsync<ListenerException>(() => GatewayHost.StartAsync(settings => settings.BindAddress = "192.0.2.1"));

        Assert.Contains("Gateway:BindAddress", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_TrustingTheAuthority_ReachesTheConsole()
    {
        await using var gateway = await GatewayHost.StartAsync();
        using var curl = Process.Start(new ProcessStartInfo("curl")
        {
            ArgumentList = { "-sS", "--cacert", gateway.CertificatePath, $"https://localhost:{gateway.HttpsPort}/" },
            RedirectStandardOutput = true,
        })!;

        Assert.Equal("console", await curl.StandardOutput.ReadToEndAsync(Cancel));
        await curl.WaitForExitAsync(Cancel);
        Assert.Equal(0, curl.ExitCode);
    }
}
