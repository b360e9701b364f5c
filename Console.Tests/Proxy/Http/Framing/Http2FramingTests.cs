using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>
/// Malformed and ambiguous requests over HTTP/2 for a service over HTTP/1.1: the same promises as in
/// <see cref="Http1FramingTests"/>.
/// </summary>
public sealed class Http2FramingTests(FramingGateway gateway) : IClassFixture<FramingGateway>
{
    private static readonly Http2Case[] All = [.. Http2HeaderCases.All, .. Http2FrameCases.All];

    public static TheoryData<string> Names => [.. All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Send_OddRequest_IsRefusedOrServedAsWhatItIs(string name)
    {
        var row = All.Single(row => row.Name == name);
        var id = $"h2-{Array.IndexOf(All, row)}";
        var meant = row.Body is null ? [] : new[] { "GET", "POST" }.Select(method => new WireRequest(method, $"/{id}", [], row.Body));

        var answer = await gateway.SendOverHttp2Async(id, row.Frames(gateway.Authority, id), row.IsOpen ? null : Http2Case.OddStream, meant);

        var isServed = row.Body is not null && !(row.IsLate && answer is { IsReset: true });
        Assert.InRange(gateway.CountSeen($"/{id}"), isServed ? 1 : 0, row.Body is null ? 0 : 1);
        Assert.True(!isServed ? answer is null or not { Status: 200 } : answer is { Status: 200, IsWhole: true }, $"{answer}");
        Assert.True(!isServed || answer!.Body.EndsWith($" /{id}", StringComparison.Ordinal), $"{answer}");

        // The next client, on the same connection to the service.
        Assert.True((await gateway.SendAsync($"next-{id}")).IsAnsweredInFull);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("ping")]
    [InlineData("settings")]
    [InlineData("empty content")]
    [InlineData("priority")]
    public async Task Send_Flood_ServesOtherClients(string kind)
    {
        var id = $"flood-{kind.Replace(' ', '-')}";
        var frames = Enumerable.Range(1, 1000).SelectMany(number => kind switch
        {
            "reset" => (byte[])[
                .. Http2Frames.HeadersOf(number * 2 + 1, ends: true, Http2Case.Head(gateway.Authority, id)),
                .. Http2Frames.Frame(Http2Frames.Reset, 0, number * 2 + 1, Http2Frames.Number(8))],
            "ping" => Http2Frames.Frame(Http2Frames.Ping, 0, 0, new byte[8]),
            "settings" => Http2Frames.Frame(Http2Frames.Settings, 0, 0),
            "priority" => Http2Frames.Frame(Http2Frames.Priority, 0, number * 2 + 1, 0, 0, 0, 0, 15),
            _ => number == 1
                ? Http2Frames.HeadersOf(3, ends: false, Http2Case.Head(gateway.Authority, id, "POST"))
                : Http2Frames.DataOf(3, ends: false, ""),
        }).ToArray();

        await gateway.SendOverHttp2Async(id, frames, stream: null, [new("GET", $"/{id}", [], "")]);

        Assert.True((await gateway.SendAsync($"next-{id}")).IsAnsweredInFull);
    }
}
