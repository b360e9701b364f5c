using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Ssrf;

/// <summary>
/// A pod with an address of its own behind a gateway, traps around it, and a note of every dial: before each, the gateway
/// asks the runtime about exactly what it will dial.
/// </summary>
internal sealed class GuardedPod : IAsyncDisposable
{
    private readonly GatewayHost _gateway;
    private readonly HttpService _service;
    private readonly IPAddress _address;
    private readonly TempDirectory _files = new();
    private readonly PodId _podId = PodId.New();
    private readonly IPAddress _neighbour;
    private readonly TrapListener _everywhere = new(IPAddress.IPv6Any);
    private readonly TrapListener _engine;
    private readonly TrapListener[] _traps;
    private readonly ConcurrentQueue<string> _dials = new();

    private GuardedPod(GatewayHost gateway, HttpService service, IPAddress address, IPAddress neighbour, TrapListener[] beside)
    {
        (_gateway, _service, _address, _neighbour) = (gateway, service, address, neighbour);
        _engine = TrapListener.OnFile(_files.File("docker.sock"));
        _traps = [_everywhere, _engine, .. beside];
        gateway.Runtime.PortHolder = (podId, dialled, port) =>
        {
            _dials.Enqueue($"{podId} {new IPEndPoint(dialled, port)}");
            return new(PortHolderKind.Pod);
        };
        gateway.Routes.Set(gateway.NewPod(_podId, PodStatus.Running, address, WantedRoute.Open(service.Port)));
    }

    /// <summary>Every forbidden target, as this machine spells it now.</summary>
    public IEnumerable<string> Targets => ForbiddenTargets.All.Select(Fill);

    private Uri Url => _gateway.UrlOf(_podId, _service.Port);

    /// <summary>Starts a pod that answers as the test says, with traps on the same port of other addresses.</summary>
    public static async Task<GuardedPod> StartAsync(RequestDelegate? service = null)
    {
        var (address, neighbour) = (TcpGateway.NewAddress(), TcpGateway.NewAddress());
        var beside = TrapListener.OnOnePort(IPAddress.Loopback, IPAddress.IPv6Loopback, neighbour);
        var listening = await HttpService.StartAsync(service ?? AnswerAsync, address, beside[0].Port);
        var gateway = await GatewayHost.StartAsync(gateway => gateway.ResponseTimeout = TimeSpan.FromSeconds(5));
        return new(gateway, listening, address, neighbour, beside);
    }

    // Who takes no WebSocket says so: over HTTP/2 any other answer would be a fault.
    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Headers.Upgrade.Count > 0 ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        return context.Response.WriteAsync("the pod");
    }

    /// <summary>Sends one request over HTTP/1.1; <c>{target}</c> and <c>{host}</c> are filled in.</summary>
    /// <returns>The status; 0 when the gateway hung up.</returns>
    public async Task<int> SendAsync(string request, string target)
    {
        await using var stream = await _gateway.ConnectAsync(Url.Host);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Fill(request, target)), TestContext.Current.CancellationToken);
        var head = new byte[12];
        var read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        return read == 0 ? 0 : int.Parse(head.AsSpan(9), CultureInfo.InvariantCulture);
    }

    /// <summary>Sends one request over HTTP/2, a header in each line: <c>:path /</c>.</summary>
    public Task<int> SendOverHttp2Async(string request, string target) => RawHttp2.SendAsync(_gateway, Url.Host,
        request.Split('\n').Select(line => line.Split(' ', 2)).Select(parts => (parts[0], Fill(parts[1], target))));

    /// <summary>Fails the test when anything but the pod's own port was dialled, or somebody came to a trap.</summary>
    public async Task VerifyAsync()
    {
        Assert.All(_dials, dial => Assert.Equal($"{_podId} {new IPEndPoint(_address, _service.Port)}", dial));
        foreach (var trap in _traps)
        {
            Assert.Equal(0, await trap.CountAsync());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _service.DisposeAsync();
        Array.ForEach(_traps, trap => trap.Dispose());
        _files.Dispose();
    }

    private string Fill(string text, string target) => Fill(text.Replace("{target}", target, StringComparison.Ordinal));

    private string Fill(string text) => text
        .Replace("{host}", Url.Authority, StringComparison.Ordinal)
        .Replace("{id}", _podId.Value, StringComparison.Ordinal)
        .Replace("{pod}", $"{_address}", StringComparison.Ordinal)
        .Replace("{neighbour}", $"{_neighbour}", StringComparison.Ordinal)
        .Replace("{trap}", $"{_everywhere.Port}", StringComparison.Ordinal)
        .Replace("{service}", $"{_service.Port}", StringComparison.Ordinal)
        .Replace("{console}", $"{_gateway.HttpsPort}", StringComparison.Ordinal)
        .Replace("{plain}", $"{_gateway.HttpPort}", StringComparison.Ordinal)
        .Replace("{engine}", _files.File("docker.sock"), StringComparison.Ordinal);
}
