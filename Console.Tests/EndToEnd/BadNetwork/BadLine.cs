using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.BadNetwork;

/// <summary>
/// Two network namespaces and a narrow line between them on which packets are lost each way. Nothing of the machine's own network is
/// touched. The kernel's netem, which could delay packets too, is missing in many kernels: this needs tbf and nftables only.
/// </summary>
internal sealed partial class BadLine : IAsyncDisposable
{
    private const int NetworkNamespace = 0x40000000; // CLONE_NEWNET

    private static int _lines;

    private readonly string _far = $"pod-console-{Environment.ProcessId}-{Interlocked.Increment(ref _lines)}";
    private readonly string _near;

    private BadLine() => _near = $"{_far}-near";

    /// <summary>The address of the far end, from a range that is for documentation (RFC 5737).</summary>
    public static IPAddress FarAddress { get; } = IPAddress.Parse("192.0.2.1");

    /// <summary>The namespace of the far end, for programs that run there.</summary>
    public string Far => _far;

    /// <summary>Makes a line, or skips the test where the machine cannot.</summary>
    /// <param name="rate">How much passes each way, in the words of tc: <c>20mbit</c>.</param>
    /// <param name="loss">Per cent of the packets that are lost.</param>
    public static async Task<BadLine> CreateAsync(string rate, int loss)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux makes network namespaces.");
        RealProgram.Require("ip", "iproute2");
        RealProgram.Require("nft", "nftables");
        var line = new BadLine();
        var (exitCode, error) = await RealProgram.RunAsync("ip", ["netns", "add", line._far]);
        Assert.SkipUnless(exitCode == 0, $"This machine makes no network namespaces: {error.Trim()}");
        try
        {
            await RunAsync("ip", "netns", "add", line._near);
            await RunAsync("ip", "-n", line._far, "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", line._near);
            await OpenEndAsync(line._far, $"{FarAddress}/30", rate, loss);
            await OpenEndAsync(line._near, "192.0.2.2/30", rate, loss);
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a connection from the near end.</summary>
    public async ValueTask<Socket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(FarAddress, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>How many packets were lost so far.</summary>
    public async Task<int> CountLostAsync()
    {
        var lost = 0;
        foreach (var end in new[] { _far, _near })
        {
            var rules = await RunAsync("ip", "netns", "exec", end, "nft", "list", "table", "inet", "line");
            lost += int.Parse(LostPackets().Match(rules).Groups[1].Value, CultureInfo.InvariantCulture);
        }

        return lost;
    }

    public async ValueTask DisposeAsync()
    {
        await RealProgram.RunAsync("ip", ["netns", "del", _near]);
        await RealProgram.RunAsync("ip", ["netns", "del", _far]);
    }

    private static async Task OpenEndAsync(string end, string address, string rate, int loss)
    {
        await RunAsync("ip", "-n", end, "addr", "add", address, "dev", "line");
        await RunAsync("ip", "-n", end, "link", "set", "lo", "up");
        await RunAsync("ip", "-n", end, "link", "set", "line", "up");
        await RunAsync("tc", "-n", end, "qdisc", "add", "dev", "line", "root", "tbf", "rate", rate, "burst", "16kb", "latency", "50ms");
        await RunAsync("ip", "netns", "exec", end, "nft",
            $$"""
            table inet line { chain input {
              type filter hook input priority 0;
              iifname "line" numgen random mod 100 < {{loss}} counter drop;
            }; }
            """);
    }

    // A socket belongs to the namespace of the thread that makes it, for good; the thread is not used for anything else.
    private Socket NewSocket()
    {
        Socket? socket = null;
        var thread = new Thread(() =>
        {
            using var file = File.OpenHandle($"/run/netns/{_near}");
            if (SetNamespace((int)file.DangerousGetHandle(), NetworkNamespace) == 0)
            {
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new IOException($"The namespace {_near} cannot be entered.");
    }

    private static Task<string> RunAsync(string program, params string[] arguments) => RealProgram.OutputOfAsync(program, arguments);

    [DllImport("libc", EntryPoint = "setns")]
    private static extern int SetNamespace(int descriptor, int type);

    [GeneratedRegex("counter packets ([0-9]+)")]
    private static partial Regex LostPackets();
}
