using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Who did what, for programs.</summary>
public sealed class AuditRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    [Fact]
    public async Task Audit_OwnEntries_ForUsers_All_ForAdministrators()
    {
        using var other = await ApiClient.OfNewUserAsync(console.Host);
        await other.PostAsync("/templates", """{"name":"theirs","image":"demo"}""");
        await console.Client.PostAsync("/templates", """{"name":"ours","image":"demo"}""");

        var own = (await other.GetAsync("/audit")).Body!["entries"]!.AsArray();
        var all = (await console.Client.GetAsync("/audit?kind=template")).Body!["entries"]!.AsArray();

        var entry = Assert.Single(own)!;
        Assert.Equal(("template.create", "theirs"), ((string)entry["action"]!, (string)entry["subject"]!));
        Assert.Equal("127.0.0.1, key test", (string)entry["source"]!);
        Assert.Equal(["ours", "theirs"], all.Select(item => (string)item!["subject"]!).Where(name => name is "ours" or "theirs"));
    }

    [Fact]
    public async Task Audit_Pages_FollowEachOtherWithoutGaps()
    {
        using var client = await ApiClient.OfNewUserAsync(console.Host);
        for (var number = 1; number <= 5; number++)
        {
            await client.PostAsync("/templates", $$"""{"name":"page {{number}}","image":"demo"}""");
        }

        var names = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = (await client.GetAsync($"/audit?limit=2&text=page&cursor={cursor}")).Body!;
            names.AddRange(page["entries"]!.AsArray().Select(entry => (string)entry!["subject"]!));
            cursor = (string?)page["nextCursor"];
        }

        Assert.Equal(["page 5", "page 4", "page 3", "page 2", "page 1"], names);
        Assert.Empty((await client.GetAsync("/audit?until=2000-01-01T00:00:00Z")).Body!["entries"]!.AsArray());
        Assert.Equal(5, (await client.GetAsync("/audit?from=2000-01-01T00:00:00Z")).Body!["entries"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("limit=0", "limit: want an integer from 1 to 200")]
    [InlineData("cursor=x", "cursor: want an integer from 1")]
    [InlineData("from=today", "from: want a time such as 2026-06-01T12:02:03Z")]
    public async Task Audit_WrongParameter_Is422(string query, string error)
    {
        var answer = await console.Client.GetAsync($"/audit?{query}");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, error), (answer.Status, Assert.Single(answer.Errors)));
    }
}
