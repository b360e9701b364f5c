using System.Net;
using System.Text.Json.Nodes;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;
using PodConsole.Web.Api.Pods.Logs;

namespace PodConsole.Tests.Web.Api;

/// <summary>A pod's output for programs: what was there, what comes, and going on after a break.</summary>
public sealed class PodLogRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private const string Script = "for i in 1 2 3 4 5; do echo line $i; done; exec sleep 600";

    private ApiClient Client => console.Client;

    [Fact]
    public async Task Logs_RunningPod_HasWhatWasThereAndWhatComes()
    {
        var id = await CreateAsync();
        using var stream = await OpenAsync(id);
        Assert.Equal(("text/event-stream", "no"), (stream.MediaType, stream.HeaderOf("X-Accel-Buffering")));
        Assert.NotEmpty(stream.HeaderOf("RateLimit"));

        var first = await stream.ReadAsync(@event => TextOf(@event) == "line 1");
        Assert.Equal(["line 2", "line 3", "line 4", "line 5"], (await stream.ReadAsync(4)).Select(TextOf));
        await Client.PostAsync($"/pods/{id}/action", """{"action":"restart"}""");
        await stream.ReadAsync(@event => SourceOf(@event) == "system");
        await stream.ReadAsync(@event => TextOf(@event) == "line 5");

        var data = JsonNode.Parse(first.Data)!.AsObject();
        Assert.Equal(["source", "line", "ts"], data.Select(property => property.Key));
        Assert.Equal("container", (string)data["source"]!);
        Assert.Matches($@"^{data["ts"]}/[0-9]{{12}}$", first.Id);
        Assert.True(DateTimeOffset.TryParse((string)data["ts"]!, out _));
    }

    [Fact]
    public async Task Logs_LastEventId_GoesOnWithoutLossOrRepetition()
    {
        var id = await CreateAsync();
        List<ServerEvent> before;
        using (var stream = await OpenAsync(id))
        {
            before = [await stream.ReadAsync(@event => TextOf(@event) == "line 1"), .. await stream.ReadAsync(4)];
        }

        await Client.PostAsync($"/pods/{id}/action", """{"action":"restart"}""");
        using var again = await OpenAsync(id, "?tail=1&source=container&since=2000-01-01T00:00:00Z", ("Last-Event-ID", before[1].Id));
        var after = await again.ReadAsync(8);

        Assert.Equal(before.Skip(2).Select(@event => @event.Id), after.Take(3).Select(@event => @event.Id));
        Assert.Equal(["line 3", "line 4", "line 5", "line 1", "line 2", "line 3", "line 4", "line 5"], after.Select(TextOf));
    }

    [Fact]
    public async Task Logs_TailSinceAndSource_NarrowDown()
    {
        var id = await CreateAsync();
        ServerEvent fourth;
        using (var all = await OpenAsync(id, "?source=container"))
        {
            fourth = await all.ReadAsync(@event => TextOf(@event) == "line 4");
            await all.ReadAsync(1);
        }

        using var tail = await OpenAsync(id, "?source=container&tail=2");
        using var since = await OpenAsync(id, $"?source=container&tail=0&since={JsonNode.Parse(fourth.Data)!["ts"]}");
        using var system = await OpenAsync(id, "?source=system&tail=5000");
        using var none = await OpenAsync(id, "?source=container&tail=0");
        await Client.PostAsync($"/pods/{id}/action", """{"action":"restart"}""");

        Assert.Equal(["line 4", "line 5"], (await tail.ReadAsync(2)).Select(TextOf));
        Assert.Contains("line 5", (await since.ReadAsync(5)).Select(TextOf));
        Assert.All(await system.ReadAsync(2), @event => Assert.Equal("system", SourceOf(@event)));
        Assert.Equal("line 1", TextOf((await none.ReadAsync(1))[0]));
    }

    [Theory]
    [InlineData("tail=5001", "tail: want an integer from 0 to 5000")]
    [InlineData("tail=-1", "tail: want an integer from 0 to 5000")]
    [InlineData("source=both", "source: value must be one of 'container', 'system'")]
    [InlineData("since=yesterday", "since: want a time such as 2026-06-01T12:02:03Z")]
    public async Task Logs_WrongParameter_Is422(string query, string error)
    {
        var answer = await Client.GetAsync($"/pods/{await CreateAsync()}/logs?{query}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal([error], answer.Errors);
    }

    [Fact]
    public async Task Logs_NotOnesOwn_IsNotFound()
    {
        using var other = await ApiClient.OfNewUserAsync(console.Host);

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/pods/{await CreateAsync()}/logs")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync("/pods/nope%2Fzz/logs")).Status);
    }

    [Fact]
    public async Task Logs_PodIsTerminated_End()
    {
        var id = await CreateAsync();
        using var stream = await OpenAsync(id);
        await stream.ReadAsync(@event => TextOf(@event) == "line 5");

        await Client.DeleteAsync($"/pods/{id}");

        await stream.ReadToEndAsync();
    }

    [Fact]
    public async Task Logs_KeyIsRevoked_EndWhenThePodChangesNext()
    {
        using var administrator = await ApiClient.OfNewUserAsync(console.Host, ApiScopes.All, Roles.Admin);
        var id = await CreateAsync();
        using var stream = await EventStream.OpenAsync(administrator, $"/pods/{id}/logs");
        await stream.ReadAsync(@event => TextOf(@event) == "line 5");

        await administrator.RevokeAsync();
        await Client.PatchAsync($"/pods/{id}", """{"name":"renamed"}""");

        await stream.ReadToEndAsync();
    }

    [Fact]
    public async Task Logs_ConsoleStops_EndAtOnce()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = ApiClient.Of(host);
        var id = (string)(await client.CreateRunningAsync())["id"]!;
        using var stream = await EventStream.OpenAsync(client, $"/pods/{id}/logs");
        await stream.ReadAsync(1);

        await host.StopAsync();

        await stream.ReadToEndAsync();
    }

    [Fact]
    public async Task Logs_MoreThanAnAccountMayRead_Are429UntilOneEnds()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = ApiClient.Of(host);
        var id = (string)(await client.CreateRunningAsync())["id"]!;
        var streams = await Task.WhenAll(Enumerable.Range(0, LogStreams.MaxPerAccount).Select(_ => EventStream.OpenAsync(client, $"/pods/{id}/logs")));

        var refused = await client.GetAsync($"/pods/{id}/logs");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("10", refused.Headers["Retry-After"]);
        foreach (var stream in streams)
        {
            stream.Dispose();
        }

        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await client.OpenAsync($"/pods/{id}/logs");
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "another log may be read");
    }

    private static string TextOf(ServerEvent @event) => (string)JsonNode.Parse(@event.Data)!["line"]!;

    private static string SourceOf(ServerEvent @event) => (string)JsonNode.Parse(@event.Data)!["source"]!;

    private Task<EventStream> OpenAsync(string id, string query = "", params (string Name, string Value)[] headers) =>
        EventStream.OpenAsync(Client, $"/pods/{id}/logs{query}", headers);

    private async Task<string> CreateAsync()
    {
        var created = await Client.PostAsync("/pods", new JsonObject { ["name"] = "talker", ["image"] = "sh", ["args"] = $"-c \"{Script}\"" }.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, created.Status);
        await Client.WaitForAsync((string)created.Body!["id"]!, "RUNNING");
        return (string)created.Body["id"]!;
    }
}
