using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Migrating, and the history of mappings, for programs.</summary>
public sealed class MappingRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private ApiClient Client => console.Client;

    [Fact]
    public async Task Migrate_CommunityPod_AnswersWithTheNewMappingsAndKeepsItRunning()
    {
        var created = await Client.PostAsync("/pods", """{"name":"nomad","image":"demo","cloud":"COMMUNITY","ports":["22/tcp"]}""");
        var id = (string)created.Body!["id"]!;
        var before = (await Client.WaitForAsync(id, "RUNNING"))["runtime"]!["ports"]![0]!;

        var migrated = await Client.PostAsync($"/pods/{id}/migrate", "");

        Assert.Equal(HttpStatusCode.OK, migrated.Status);
        var after = migrated.Body!["runtime"]!["ports"]![0]!;
        Assert.NotEqual((string)before["ip"]!, (string)after["ip"]!);
        Assert.NotEqual((int)before["public"]!, (int)after["public"]!);
        Assert.Equal("RUNNING", (string)migrated.Body["status"]!);
        var mappings = (await Client.GetAsync($"/pods/{id}/mappings")).Body!["mappings"]!.AsArray();
        Assert.Equal(["MIGRATED", "DEPLOYED"], mappings.Select(item => (string)item!["cause"]!));
        Assert.Equal(
            $"22: {before["ip"]}:{before["public"]} → {after["ip"]}:{after["public"]}", (string)mappings[0]!["changes"]![0]!);
    }

    [Fact]
    public async Task Migrate_SecurePod_SaysWhyNot()
    {
        var pod = await Client.CreateRunningAsync("""["22/tcp"]""");

        var refused = await Client.PostAsync($"/pods/{pod["id"]}/migrate", "");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.StartsWith("In Secure Cloud", (string)refused.Body!["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("abcdefghij0123")]
    public async Task Routes_UnknownPod_AreNotFound(string id)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Client.PostAsync($"/pods/{id}/migrate", "")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/pods/{id}/mappings")).Status);
    }
}
