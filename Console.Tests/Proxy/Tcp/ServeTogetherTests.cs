using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Connections that were accepted together.</summary>
public sealed class ServeTogetherTests : IDisposable
{
    private readonly Socket _front = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ServeTogetherTests()
    {
        Assert.SkipUnless(EventLoop.IsSupported, "The event loop is for Linux.");
        _front.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _front.Listen();
        _front.Blocking = false;
    }

    public void Dispose() => _front.Dispose();

    [Fact]
    public async Task Serve_ClientThatIsShutOutComesTogetherWithAnother_TakesNoPlace()
    {
        await using var gateway = new TcpGateway(onLoops: true);
        using var service = new TcpService();
        var admitted = TcpGateway.NewAddress();
        gateway.Reconcile(gateway.Want(20000, service.Port) with { Options = new() { AllowedNetworks = $"{admitted}/32", MaxConnections = 2 } });
        using var first = await gateway.ConnectAsync(20000, from: admitted);
        await first.AssertAliveAsync(await service.AcceptNextAsync());

        var (stranger, accepted) = await ConnectAsync(TcpGateway.NewAddress());
        var (second, acceptedSecond) = await ConnectAsync(admitted);
        gateway.Connections.Serve([accepted, acceptedSecond]);

        await second.AssertAliveAsync(await service.AcceptNextAsync());
        Assert.Equal("reset", await stranger.ReadEndAsync());
        Assert.Equal(0, gateway.Connections.Refused);
        stranger.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Serve_Several_AsksOnceAfterTheLastCameAndBeforeTheFirstIsDialled()
    {
        const int Together = 8;
        await using var gateway = new TcpGateway(onLoops: true);
        using var pod = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        pod.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        pod.Listen();
        var (come, questions) = (0, new ConcurrentQueue<(int Come, bool AnyDialled)>());
        gateway.Accepted = () => come++;
        gateway.Runtime.PortHolder = (_, _, _) =>
        {
            questions.Enqueue((come, pod.Poll(0, SelectMode.SelectRead)));
            return new(PortHolderKind.Pod);
        };
        gateway.Reconcile(gateway.Want(20000, ((IPEndPoint)pod.LocalEndPoint!).Port));
        List<(Socket Client, AcceptedClient Accepted)> all = [];
        for (var number = 0; number < Together; number++)
        {
            all.Add(await ConnectAsync(IPAddress.Loopback));
        }

        gateway.Connections.Serve(all.ConvertAll(one => one.Accepted));

        for (var number = 0; number < Together; number++)
        {
            (await pod.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();
        }

        Assert.Equal([(Together, false)], questions);
        all.ForEach(one => one.Client.Dispose());
    }

    private async Task<(Socket Client, AcceptedClient Accepted)> ConnectAsync(IPAddress from)
    {
        var client = await TcpGateway.ConnectAsync((IPEndPoint)_front.LocalEndPoint!, from);

        // The client hears first that it is connected.
        Assert.True(_front.Poll(Eventually.Deadline, SelectMode.SelectRead), "it has come");
        Assert.Equal(SocketError.Success, Descriptor.TryAccept(_front.SafeHandle, out var descriptor, out var address));
        return (client, new(address, Socket: null, descriptor));
    }
}
