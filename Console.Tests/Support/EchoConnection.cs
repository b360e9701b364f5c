using System.Net.Sockets;
using System.Text;

namespace PodConsole.Tests.Support;

/// <summary>An open TCP connection to a service that sends back what it gets.</summary>
internal sealed class EchoConnection : IDisposable
{
    private readonly TcpClient _client = new();

    /// <summary>Connects to an address as the Connect menu shows it: <c>127.0.0.1:20000</c>.</summary>
    public static async Task<EchoConnection> OpenAsync(string address)
    {
        var connection = new EchoConnection();
        var parts = address.Split(':');
        await connection._client.ConnectAsync(parts[0], int.Parse(parts[1]), TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Sends a text and checks that it comes back.</summary>
    public async Task VerifyAsync(string text)
    {
        var stream = _client.GetStream();
        var sent = Encoding.UTF8.GetBytes(text);
        await stream.WriteAsync(sent, TestContext.Current.CancellationToken);
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        Assert.Equal(text, Encoding.UTF8.GetString(received));
    }

    /// <summary>Waits for its end: "end", or "reset".</summary>
    public async Task<string> ReadEndAsync()
    {
        try
        {
            return await _client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0 ? "end" : "data";
        }
        catch (IOException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return "reset";
        }
    }

    public void Dispose() => _client.Dispose();
}
