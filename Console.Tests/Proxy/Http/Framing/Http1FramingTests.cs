namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>
/// Malformed and ambiguous requests over HTTP/1.1. A refused one never reaches the service; whatever does is what the client
/// meant, and the requests around it on the same connection and on others get their own answers.
/// </summary>
public sealed class Http1FramingTests(FramingGateway gateway) : IClassFixture<FramingGateway>
{
    private static readonly Dictionary<string, Http1Case[]> Topics = new()
    {
        ["length"] = LengthCases.All,
        ["transfer"] = TransferCases.All,
        ["chunk"] = ChunkCases.All,
        ["field"] = FieldCases.All,
        ["line"] = LineCases.All,
        ["hop"] = HopCases.All,
    };

    public static TheoryData<string, string> Names =>
        [.. Topics.SelectMany(topic => topic.Value.Select(row => new TheoryDataRow<string, string>(topic.Key, row.Name)))];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Send_OddRequest_IsRefusedOrServedAsWhatItIs(string topic, string name)
    {
        var row = Topics[topic].Single(row => row.Name == name);
        var id = $"{topic}-{Array.IndexOf(Topics[topic], row)}";

        var outcome = await gateway.SendAsync(id, row.Text);

        Assert.Equal(row.Served, outcome.Served);
        if (row.Served == 0)
        {
            // Or a cut, when it broke off.
            Assert.True(outcome.Answers is [] or [{ Status: >= 400 }, ..], $"{outcome.Answers}");
        }

        // The next client, on the same connection to the service.
        Assert.True((await gateway.SendAsync($"next-{id}")).IsAnsweredInFull);
    }
}
