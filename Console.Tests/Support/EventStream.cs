namespace PodConsole.Tests.Support;

/// <summary>Reads server-sent events from the API as they come.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new(body));

    public string? MediaType => _response.Content.Headers.ContentType?.MediaType;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Opens a stream; it must succeed.</summary>
    public static async Task<EventStream> OpenAsync(ApiClient client, string path, params (string Name, string Value)[] headers)
    {
        var response = await client.OpenAsync(path, headers);
        response.EnsureSuccessStatusCode();
        return new(response, await response.Content.ReadAsStreamAsync(Cancelled));
    }

    public string HeaderOf(string name) => string.Join(", ", _response.Headers.GetValues(name));

    /// <summary>Reads up to the first event that is looked for.</summary>
    public async Task<ServerEvent> ReadAsync(Func<ServerEvent, bool> wanted)
    {
        while (true)
        {
            var next = await NextAsync() ?? throw new InvalidDataException("The stream ended.");
            if (wanted(next))
            {
                return next;
            }
        }
    }

    /// <summary>Reads the next events.</summary>
    public async Task<List<ServerEvent>> ReadAsync(int count)
    {
        var events = new List<ServerEvent>();
        while (events.Count < count)
        {
            events.Add(await ReadAsync(_ => true));
        }

        return events;
    }

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task ReadToEndAsync()
    {
        while (await NextAsync() is not null)
        {
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }

    private async Task<ServerEvent?> NextAsync()
    {
        var (id, data) = ("", "");
        while (await _reader.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line["id: ".Length..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line["data: ".Length..];
            }
            else if (line.Length == 0 && data.Length > 0)
            {
                return new(id, data);
            }
        }

        return null;
    }
}

/// <summary>One event.</summary>
internal sealed record ServerEvent(string Id, string Data);
