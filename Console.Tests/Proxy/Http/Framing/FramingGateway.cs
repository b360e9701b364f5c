using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>A gateway in front of a <see cref="WitnessService"/>, for many cases one after the other.</summary>
public sealed class FramingGateway : IAsyncLifetime
{
    private readonly WitnessService _witness = WitnessService.Start();
    private readonly FaultLog _log = new();
    private readonly HashSet<(string Identity, string Body)> _meant = [];
    private GatewayHost? _gateway;
    private PodId _podId;
    private int _judged;

    /// <summary>The pod's host, with the gateway's port.</summary>
    internal string Authority => Host.UrlOf(_podId, _witness.Port).Authority;

    internal GatewayHost Host => _gateway!;

    public async ValueTask InitializeAsync()
    {
        // The server reports NUL in a trailer, and too many frames to answer, as faults of its own, and ends the connection as it should.
        _gateway = await GatewayHost.StartAsync(services: services => services.AddLogging(
            logging => logging.AddProvider(_log).AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None)));
        _podId = _gateway.Expose(_witness.Port);
    }

    public async ValueTask DisposeAsync()
    {
        _log.VerifyNone();
        await Host.DisposeAsync();
        await _witness.DisposeAsync();
        Judge();
        _log.Dispose();
    }

    /// <summary>
    /// Sends bytes over HTTP/1.1, between two canaries on the same connection, and judges every answer. Returns those to the
    /// bytes themselves, and how many requests for <c>/{id}</c> reached the service.
    /// </summary>
    /// <param name="id">Unique in the run.</param>
    /// <param name="segments">What to send, each at a time, to be filled as <see cref="Http1Case.Fill"/> does.</param>
    internal async Task<FramingOutcome> SendAsync(string id, params IReadOnlyList<string> segments)
    {
        var sent = segments.Prepend(Canary($"/before/{id}")).Append(Canary($"/after/{id}"))
            .Select(segment => Http1Case.Fill(segment, Authority, id)).ToList();
        var (requests, isClean) = WireReader.ReadAll(string.Concat(sent));
        var seen = _witness.Requests.Count;
        Mean(requests);
        var answers = WireAnswer.ReadAll(
            await RawClient.ExchangeAsync(Host, Host.UrlOf(_podId, _witness.Port).Host, sent), requests.Select(request => request.Method));

        Judge();
        Assert.True(answers is [var first, ..] && first.Saw == $"GET /before/{id}", $"No answer to the canary before: {(answers is [] ? "" : answers[0])}");
        Assert.All(answers.SkipLast(1), answer => Assert.True(answer.IsWhole && !answer.Closes));
        Assert.InRange(answers.Count, 1, requests.Count + 1);
        foreach (var (number, answer) in answers.Index())
        {
            Assert.True(answer.Saw is null ? answer.Status >= 400 : number < requests.Count && answer.Saw == requests[number].Identity, $"{answer} in place {number}");
        }

        var served = _witness.Requests.Skip(seen).Count(request => request.Target.Contains($"/{id}", StringComparison.Ordinal)
            && !request.Target.StartsWith("/before/", StringComparison.Ordinal) && !request.Target.StartsWith("/after/", StringComparison.Ordinal));
        return new(answers.Skip(1).ToList(), served, IsAnsweredInFull: isClean && answers.Count == requests.Count);
    }

    /// <summary>
    /// Sends frames over HTTP/2, between two canaries on the same connection, and answers what came on one stream. A canary gets
    /// its own answer, or none when the gateway has ended the connection.
    /// </summary>
    /// <param name="id">Unique in the run.</param>
    /// <param name="frames">For streams 3 to 9999.</param>
    /// <param name="stream">The stream to wait for; null for none.</param>
    /// <param name="meant">The requests that may reach the service.</param>
    internal async Task<Http2Answer?> SendOverHttp2Async(string id, byte[] frames, int? stream, IEnumerable<WireRequest> meant)
    {
        Mean(meant.Append(new("GET", $"/before/{id}", [], "")).Append(new("GET", $"/after/{id}", [], "")));
        await using var connection = await RawHttp2.OpenAsync(Host, Host.UrlOf(_podId, _witness.Port).Host);
        await AskAsync(1, $"before/{id}");
        await connection.SendAsync(frames);
        var answer = stream is { } number ? await connection.ReadAsync(number) : null;
        await AskAsync(9999, $"after/{id}");
        Judge();
        return answer;

        async Task AskAsync(int canary, string path)
        {
            await connection.SendAsync(Http2Frames.HeadersOf(canary, ends: true, Http2Case.Head(Authority, path)));
            var own = await connection.ReadAsync(canary);
            Assert.True(own is { Status: 200, IsWhole: true } ? own.Body == $"GET /{path}" : connection.IsClosed, $"{own} for {path}");
        }
    }

    /// <summary>Remembers what clients mean to ask.</summary>
    internal void Mean(IEnumerable<WireRequest> requests) => _meant.UnionWith(requests.Select(request => (request.Identity, request.Body)));

    /// <summary>Fails the test when anything has reached the service since the last time that nobody meant.</summary>
    internal void Judge()
    {
        var requests = _witness.Requests;
        var fresh = requests.Skip(_judged).ToList();
        _judged = requests.Count;
        Assert.Empty(_witness.TakeFaults());
        foreach (var request in fresh)
        {
            Assert.True(_meant.Contains((request.Identity, request.Body)), $"Nobody asked for this: {request.Identity}, {request.Body}");
        }
    }

    /// <summary>How many requests for a path reached the service.</summary>
    internal int CountSeen(string path) => _witness.Requests.Count(request => request.Target == path);

    private static string Canary(string target) => $"GET {target} HTTP/1.1\r\nHost: {{host}}\r\n\r\n";
}

/// <summary>What came of bytes that a client sent.</summary>
/// <param name="Answers">To them and what follows them on the connection.</param>
/// <param name="Served">Requests among them that reached the service.</param>
/// <param name="IsAnsweredInFull">Whether all was well-formed, and each request was answered.</param>
internal sealed record FramingOutcome(IReadOnlyList<WireAnswer> Answers, int Served, bool IsAnsweredInFull);
