using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>What a program changes of a pod that runs: real processes, real ports.</summary>
public sealed class PodPatchTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ApiClient Client => console.Client;

    [Fact]
    public async Task Patch_Ports_AreLiveWhenItAnswersAndTheProcessStays()
    {
        var pod = await Client.CreateRunningAsync("""["4000/http"]""");
        var id = (string)pod["id"]!;
        using var http = console.Host.NewClient();
        await ServesAsync(http, id, 4000);

        var patched = await Client.PatchAsync($"/pods/{id}", """{"ports":["8000/http","70001/tcp"]}""");

        Assert.Equal(HttpStatusCode.OK, patched.Status);
        Assert.Equal("""["8000/http","70001/tcp"]""", patched.Body!["ports"]!.ToJsonString());
        using var removed = await http.GetAsync(console.Host.UrlOf(id, 4000), Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, removed.StatusCode);
        using var added = await http.GetAsync(console.Host.UrlOf(id, 8000), Cancelled);
        Assert.Equal(HttpStatusCode.BadGateway, added.StatusCode);
        var mapping = patched.Body!["runtime"]!["ports"]![0]!;
        Assert.Equal((int)mapping["private"]!, (int)mapping["public"]!);
        Assert.True(await IsOpenAsync((string)mapping["ip"]!, (int)mapping["public"]!));
        Assert.Equal((string)pod["startedAt"]!, (string)patched.Body["startedAt"]!);
    }

    [Fact]
    public async Task Patch_EmptyPorts_ClearsThem()
    {
        var id = (string)(await Client.CreateRunningAsync())["id"]!;

        var patched = await Client.PatchAsync($"/pods/{id}", """{"ports":[]}""");

        Assert.Empty(patched.Body!["ports"]!.AsArray());
        Assert.Empty(patched.Body!["runtime"]!["ports"]!.AsArray());
        Assert.Equal("RUNNING", (string)patched.Body!["status"]!);
    }

    [Fact]
    public async Task Patch_NothingOrTheName_LeavesTheRest()
    {
        var before = await Client.CreateRunningAsync();

        var same = await Client.PatchAsync($"/pods/{before["id"]}", "{}");
        var renamed = await Client.PatchAsync($"/pods/{before["id"]}", """{"name":"other"}""");

        Assert.Equal(HttpStatusCode.OK, same.Status);
        Assert.Equal("other", (string)renamed.Body!["name"]!);
        foreach (var property in new[] { "ports", "env", "startedAt", "mounts", "image", "status" })
        {
            Assert.True(JsonNode.DeepEquals(before[property], renamed.Body[property]), property);
        }
    }

    [Fact]
    public async Task Patch_Environment_ResetsThePod()
    {
        var before = await Client.CreateRunningAsync();

        var patched = await Client.PatchAsync($"/pods/{before["id"]}", """{"env":{"MODE":"fast"}}""");

        Assert.Equal("STARTING", (string)patched.Body!["status"]!);
        Assert.Null(patched.Body["runtime"]);
        var after = await Client.WaitForAsync((string)before["id"]!, "RUNNING");
        Assert.NotEqual((int)before["runtime"]!["ports"]![0]!["public"]!, (int)after["runtime"]!["ports"]![0]!["public"]!);
    }

    [Fact]
    public async Task Patch_TemplateId_GivesThePodTheTemplatesValuesOnce()
    {
        var template = await Client.PostAsync("/templates", """
            {"name":"applied","image":"demo","args":"--x","disk":9,"ports":["4000/http"],"env":{"A":"1","B":"1"},"mounts":{"persistent":{"size":30,"path":"/t"}}}
            """);
        var before = await Client.CreateRunningAsync("""["22/tcp"]""");

        var patched = await Client.PatchAsync($"/pods/{before["id"]}", $$$"""{"templateId":"{{{template.Body!["id"]}}}","disk":8,"env":{"B":"2"}}""");

        Assert.Equal(HttpStatusCode.OK, patched.Status);
        Assert.Equal(("api", "--x", 8), ((string)patched.Body!["name"]!, (string)patched.Body["args"]!, (int)patched.Body["disk"]!));
        Assert.Equal("""{"A":"1","B":"2"}""", patched.Body["env"]!.ToJsonString());
        Assert.Equal("""["4000/http"]""", patched.Body["ports"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(before["mounts"], patched.Body["mounts"]));
        Assert.Equal("pod-console-demo", (string)patched.Body["template"]!);
        var unknown = await Client.PatchAsync($"/pods/{before["id"]}", """{"templateId":"no-such-template"}""");
        Assert.Equal((HttpStatusCode.NotFound, "template not found"), (unknown.Status, unknown.Detail));
    }

    [Fact]
    public async Task Patch_VolumeShrinks_Is422()
    {
        var created = await Client.PostAsync("/pods", """{"name":"v","image":"demo","mounts":{"persistent":{"size":20,"path":"/workspace"}}}""");

        var answer = await Client.PatchAsync($"/pods/{created.Body!["id"]}", """{"mounts":{"persistent":{"size":10,"path":"/workspace"}}}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(["$.mounts.persistent.size: A volume can grow but never shrink: it has 20 GB now."], answer.Errors);
    }

    // Nothing in the pod listens there yet: the gateway accepts, and resets.
    private static async Task<bool> IsOpenAsync(string address, int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address, port, Cancelled);
            return true;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private Task ServesAsync(ConsoleClient http, string id, int port) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await http.GetAsync(console.Host.UrlOf(id, port), Cancelled);
            return answer.StatusCode == HttpStatusCode.OK;
        },
        $"port {port} serves");
}
