using PodConsole.Proxy.Http.Access;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>An answer of a <see cref="RestrictedPort"/> that goes on until somebody ends it.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    /// <summary>Where the service answers so.</summary>
    public const string Path = "/stream";

    private readonly HttpClient _client;
    private readonly HttpResponseMessage _answer;
    private readonly Stream _body;

    private OpenStream(HttpClient client, HttpResponseMessage answer, Stream body) => (_client, _answer, _body) = (client, answer, body);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens one, with a token or as anyone, and waits for its first bytes.</summary>
    public static async Task<OpenStream> StartAsync(RestrictedPort port, string? token = null)
    {
        var client = port.Gateway.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(port.Url, Path));
        request.Headers.TryAddWithoutValidation(PodToken.Header, token);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var stream = new OpenStream(client, answer.EnsureSuccessStatusCode(), await answer.Content.ReadAsStreamAsync(Cancel));
        await stream.VerifyAliveAsync();
        return stream;
    }

    /// <summary>Reads on for a while.</summary>
    public Task VerifyAliveAsync() => _body.ReadExactlyAsync(new byte[20], Cancel).AsTask();

    /// <summary>Reads until it breaks off, as it must.</summary>
    public async Task ReadCutAsync() => await Assert.ThrowsAnyAsync<IOException>(() => _body.CopyToAsync(Stream.Null, Cancel));

    public ValueTask DisposeAsync()
    {
        _answer.Dispose();
        _client.Dispose();
        return _body.DisposeAsync();
    }
}
