using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Runtimes.LocalProcess;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.Demo;

public sealed class DemoWorkloadTests : IAsyncLifetime
{
    private readonly ProcessPods _pods = new();
    private readonly HttpClient _client = new();
    private PodId _podId;
    private IPAddress _address = IPAddress.None;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_Variables_AreListedWithSecretsMasked()
    {
        var page = await _client.GetStringAsync("/", Cancelled);
        Assert.Contains("<title>Pod Console demo</title>", page, StringComparison.Ordinal);
        Assert.Contains($"<th scope=\"row\">POD_IP</th><td>{_address}</td>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;&quot;&amp;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">PIN</th><td>••••", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_Message_IsEchoed()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{_address}:4000/ws"), Cancelled);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, Cancelled);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task Events_Stream_BeginsAtOnce()
    {
        using var reader = new StreamReader(await _client.GetStreamAsync("/events", Cancelled));
        Assert.Equal("id: 1", await reader.ReadLineAsync(Cancelled));
        Assert.StartsWith("data: ", await reader.ReadLineAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transfers_LargerThanAnyDefaultLimit_AreByteEqual()
    {
        const int Size = 40_000_000;
        var bytes = await _client.GetByteArrayAsync($"/download?bytes={Size}", Cancelled);
        Assert.Equal(Size, bytes.Length);
        Assert.Equal(Size / 2 % 251, bytes[Size / 2]);

        using var answer = await _client.PutAsync("/upload", new ByteArrayContent(bytes), Cancelled);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(Size, json.RootElement.GetProperty("bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), json.RootElement.GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task Headers_Request_IsEchoed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/headers");
        request.Headers.Add("X-Test", "one, two");
        using var answer = await _client.SendAsync(request, Cancelled);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("one, two", json.RootElement.GetProperty("X-Test").GetString());
    }

    [Fact]
    public async Task Slow_Seconds_AreWaited()
    {
        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal("Answered after 1 s.", await _client.GetStringAsync("/slow?seconds=1", Cancelled));
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(0.99));
    }

    [Fact]
    public async Task Echo_SymmetricalPort_SendsBackAndClosesAfterTheClient()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_address, 23456, Cancelled);
        using var reader = new StreamReader(client.GetStream());
        await reader.BaseStream.WriteAsync("hello"u8.ToArray(), Cancelled);
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("hello", await reader.ReadToEndAsync(Cancelled));

        using var more = new TcpClient();
        await more.ConnectAsync(_address, 5000, Cancelled);
    }

    [Fact]
    public async Task Port_ThatCannotBeOpened_IsLoggedAndTheOthersServe()
    {
        // Port 5000 of the same address is the TCP echo's.
        using var answer = await _client.PostAsync("/open?port=5000", null, Cancelled);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        await Eventually.TrueAsync(
            async () => (await _pods.LogAsync(_podId)).Exists(line => line.Text.StartsWith("HTTP port 5000 cannot be opened", StringComparison.Ordinal)),
            "the log says so");
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync("/pid", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task Close_OwnPort_AnswersFirst()
    {
        using var answer = await _client.PostAsync("/close?port=4000", null, Cancelled);
        Assert.Equal("Done after this answer.", await answer.Content.ReadAsStringAsync(Cancelled));
        await Eventually.TrueAsync(
            () => _pods.Runtime.FindPortHolder(_podId, _address, 4000).Kind == PodConsole.Domain.Runtimes.PortHolderKind.Nobody, "the port is closed");
        Assert.True((await _pods.Runtime.InspectAsync(_podId, Cancelled))!.IsRunning);
    }

    [Fact]
    public async Task Exit_Code_IsThePodsExitCode()
    {
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.GetAsync("/exit?code=9", Cancelled)).StatusCode);
        using var answer = await _client.PostAsync("/exit?code=9", null, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(9, (await _pods.EndAsync(_podId)).ExitCode);
    }

    public async ValueTask InitializeAsync()
    {
        var spec = _pods.Spec("demo");
        spec = spec with
        {
            Environment =
            [
                .. spec.Environment, new("RUNPOD_TCP_PORT_70000", "23456"), new("DEMO_TCP_PORTS", "5000, nonsense"), new("MARKUP", "<b>\"&"),
                new("API_TOKEN", "swordfish1"), new("PIN", "swordfish2"), new("POD_SECRET_NAMES", "PIN,OTHER"),
            ],
        };
        var instance = await _pods.StartAsync(spec);
        (_podId, _address) = (spec.PodId, instance.Address!);
        _client.BaseAddress = new($"http://{_address}:4000");
        await _pods.WaitForOutputAsync(_podId, $"TCP echo on {_address}:5000.");
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return _pods.DisposeAsync();
    }
}
