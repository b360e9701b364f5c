using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Runtimes.LocalProcess.Processes;
using PodConsole.Runtimes.LocalProcess.Sockets;

namespace PodConsole.Tests.Runtimes.LocalProcess;

public sealed class PortHolderTests : IAsyncLifetime
{
    private readonly ProcessPods _pods = new();
    private readonly HttpClient _client = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_PodListens_IsThePod()
    {
        var (podId, address) = await StartDemoAsync();
        Assert.Equal(new(PortHolderKind.Pod), _pods.Runtime.FindPortHolder(podId, address, 4000));
        Assert.Equal(new(PortHolderKind.Pod), _pods.NewConsole().FindPortHolder(podId, address, 4000));
    }

    [Fact]
    public async Task FindKnown_SocketIsNew_LeavesItToFind()
    {
        var (podId, address) = await StartDemoAsync();
        Assert.Null(_pods.Runtime.FindKnownPortHolder(podId, address, 4000));
        _pods.Runtime.FindPortHolder(podId, address, 4000);
        Assert.Equal(new(PortHolderKind.Pod), _pods.Runtime.FindKnownPortHolder(podId, address, 4000));
        Assert.Equal(new(PortHolderKind.Nobody), _pods.Runtime.FindKnownPortHolder(podId, address, 4001));

        using var close = await OpenThenCloseAsync(address);
        Assert.Equal(new(PortHolderKind.Nobody), _pods.Runtime.FindKnownPortHolder(podId, address, 4000));
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stranger.Bind(new IPEndPoint(address, 4000));
        stranger.Listen();
        Assert.Null(_pods.Runtime.FindKnownPortHolder(podId, address, 4000));
    }

    [Fact]
    public void FindKnown_SocketIsJoined_LeavesItToFind()
    {
        // This process as if it were a pod's: its parent in the place of the supervisor.
        Assert.True(ProcessEntry.TryRead(Environment.ProcessId, out var self));
        Assert.True(ProcessEntry.TryRead(self.Parent, out var parent));
        var holders = new PortHolders(TimeProvider.System);
        using var first = ListenShared(new(IPAddress.Loopback, 0));
        var endpoint = (IPEndPoint)first.LocalEndPoint!;
        Assert.Equal(new(PortHolderKind.Pod), holders.Find(parent.Identity, endpoint.Address, endpoint.Port));
        Assert.Equal(new(PortHolderKind.Pod), holders.FindKnown(parent.Identity, endpoint.Address, endpoint.Port));

        using var second = ListenShared(endpoint);

        Assert.Null(holders.FindKnown(parent.Identity, endpoint.Address, endpoint.Port));
    }

    [Fact]
    public async Task Find_NobodyListens_IsNobody()
    {
        var (podId, address) = await StartDemoAsync();
        Assert.Equal(new(PortHolderKind.Nobody), _pods.Runtime.FindPortHolder(podId, address, 4001));
    }

    [Fact]
    public async Task Find_ServiceClosesAndOpensItsPort_IsFollowed()
    {
        var (podId, address) = await StartDemoAsync();
        Assert.Equal(PortHolderKind.Pod, _pods.Runtime.FindPortHolder(podId, address, 4000).Kind);
        using var open = await _client.PostAsync($"http://{address}:4000/open?port=4001", null, Cancelled);
        Assert.Equal(PortHolderKind.Pod, _pods.Runtime.FindPortHolder(podId, address, 4001).Kind);

        using var close = await _client.PostAsync($"http://{address}:4001/close?port=4000", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, close.StatusCode);
        Assert.Equal(PortHolderKind.Nobody, _pods.Runtime.FindPortHolder(podId, address, 4000).Kind);

        using var again = await _client.PostAsync($"http://{address}:4001/open?port=4000", null, Cancelled);
        Assert.Equal(PortHolderKind.Pod, _pods.Runtime.FindPortHolder(podId, address, 4000).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Find_StrangerOnEveryAddress_IsNamed(bool dualStack)
    {
        var (podId, address) = await StartDemoAsync();
        using var stranger = ListenOnEveryAddress(dualStack);
        var port = ((IPEndPoint)stranger.LocalEndPoint!).Port;

        using var probe = new TcpClient();
        await probe.ConnectAsync(address, port, Cancelled);
        var holder = _pods.Runtime.FindPortHolder(podId, address, port);
        Assert.Equal(PortHolderKind.Other, holder.Kind);
        Assert.EndsWith($", process {Environment.ProcessId}", holder.Description, StringComparison.Ordinal);

        stranger.Dispose();
        Assert.Equal(PortHolderKind.Nobody, _pods.Runtime.FindPortHolder(podId, address, port).Kind);
    }

    [Fact]
    public async Task Find_NeighbourPodOnEveryAddress_IsNotReachedThroughAnother()
    {
        const string ListenEverywhere =
            "const s = require('net').createServer().listen(0, '0.0.0.0', () => { console.log(s.address().port); console.log('ready'); })";
        var (victimId, victimAddress) = await StartDemoAsync();
        var neighbour = _pods.Spec("node", "-e", ListenEverywhere);
        var instance = await _pods.StartAsync(neighbour);
        var output = await _pods.WaitForOutputAsync(neighbour.PodId, "ready");
        var port = int.Parse(output[output.IndexOf("ready") - 1], CultureInfo.InvariantCulture);

        Assert.Equal(new(PortHolderKind.Pod), _pods.Runtime.FindPortHolder(neighbour.PodId, instance.Address!, port));
        var holder = _pods.Runtime.FindPortHolder(victimId, victimAddress, port);
        Assert.Equal(PortHolderKind.Other, holder.Kind);
        Assert.EndsWith($", process {instance.ProcessId}", holder.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScanPorts_SeveralPorts_SaysWhatAskingForEachSays()
    {
        var (podId, address) = await StartDemoAsync();
        using var stranger = ListenOnEveryAddress(dualStack: false);
        var port = ((IPEndPoint)stranger.LocalEndPoint!).Port;

        var scan = _pods.Runtime.ScanPorts();

        Assert.All(new[] { 4000, 4001, port }, number => Assert.Equal(_pods.Runtime.FindPortHolder(podId, address, number), scan(podId, address, number)));
        Assert.Equal([PortHolderKind.Pod, PortHolderKind.Nobody, PortHolderKind.Other], new[] { 4000, 4001, port }.Select(number => scan(podId, address, number).Kind));
    }

    [Fact]
    public async Task Find_PodEnded_IsNobody()
    {
        var (podId, address) = await StartDemoAsync();
        Assert.Equal(PortHolderKind.Pod, _pods.Runtime.FindPortHolder(podId, address, 4000).Kind);
        await _pods.Runtime.StopAsync(podId, TimeSpan.FromSeconds(5), Cancelled);
        Assert.Equal(PortHolderKind.Nobody, _pods.Runtime.FindPortHolder(podId, address, 4000).Kind);
    }

    [Fact]
    public async Task Find_PodNeverRan_AnswersWithoutIt()
    {
        await StartDemoAsync();
        Assert.Equal(PortHolderKind.Nobody, _pods.Runtime.FindPortHolder(PodId.New(), IPAddress.Parse("127.64.0.1"), 4000).Kind);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _pods.DisposeAsync();
    }

    private async Task<(PodId PodId, IPAddress Address)> StartDemoAsync()
    {
        var spec = _pods.Spec("demo");
        var instance = await _pods.StartAsync(spec);
        await _pods.WaitForOutputAsync(spec.PodId, $"HTTP on {instance.Address}:4000.");
        return (spec.PodId, instance.Address!);
    }

    private async Task<HttpResponseMessage> OpenThenCloseAsync(IPAddress address)
    {
        using var open = await _client.PostAsync($"http://{address}:4000/open?port=4001", null, Cancelled);
        return await _client.PostAsync($"http://{address}:4001/close?port=4000", null, Cancelled);
    }

    // As do services that let several of their processes listen on one port.
    private static Socket ListenShared(IPEndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(1, 15, BitConverter.GetBytes(1)); // SOL_SOCKET, SO_REUSEPORT
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    }

    private static Socket ListenOnEveryAddress(bool dualStack)
    {
        var socket = dualStack ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(dualStack ? IPAddress.IPv6Any : IPAddress.Any, 0));
        socket.Listen();
        return socket;
    }
}
