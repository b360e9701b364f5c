using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>The life of a pod that a program makes: real processes, real ports.</summary>
public sealed class PodRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ApiClient Client => console.Client;

    [Fact]
    public async Task Create_FromTemplate_MergesAndShowsTheContract()
    {
        var created = await Client.PostAsync("/pods", """
            {"name":"from-template","templateId":"pod-console-demo","cpu":{"id":"cpu5c","vcpuCount":2},"cloud":"SECURE",
             "ports":["4000/http","22/tcp","70000/tcp"],"env":{"GREETING":"hello"},"disk":7,
             "mounts":{"persistent":{"size":12,"path":"/data"}},"startSsh":true,"dataCenterIds":["US-TX-3"],"registry":null}
            """);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        var pod = created.Body!;
        Assert.Equal("from-template", (string)pod["name"]!);
        Assert.Equal("demo", (string)pod["image"]!);
        Assert.Equal("PROVISIONING", (string)pod["status"]!);
        Assert.Equal("""["stop","terminate"]""", pod["actions"]!.ToJsonString());
        Assert.Equal("""["4000/http","22/tcp","70000/tcp"]""", pod["ports"]!.ToJsonString());
        Assert.Equal("""{"GREETING":"hello"}""", pod["env"]!.ToJsonString());
        Assert.Equal("""{"persistent":{"size":12,"path":"/data"}}""", pod["mounts"]!.ToJsonString());
        Assert.Equal(("cpu5c", 2), ((string)pod["cpu"]!["id"]!, (int)pod["cpu"]!["vcpuCount"]!));
        Assert.False(pod.AsObject().ContainsKey("gpu"));
        Assert.Null(pod["runtime"]);
        Assert.Equal("pod-console-demo", (string)pod["template"]!);
        Assert.EndsWith("Z", (string)pod["createdAt"]!, StringComparison.Ordinal);

        var running = await Client.WaitForAsync((string)pod["id"]!, "RUNNING");
        Assert.Equal("""["stop","restart","terminate"]""", running["actions"]!.ToJsonString());
        var mappings = running["runtime"]!["ports"]!.AsArray();
        Assert.Equal([22, (int)mappings[1]!["public"]!], mappings.Select(item => (int)item!["private"]!));
        var ssh = running["ssh"]!["direct"]!;
        Assert.Equal((int)mappings[0]!["public"]!, (int)ssh["port"]!);
        Assert.Equal($"ssh {ssh["username"]}@{ssh["host"]} -p {ssh["port"]}", (string)ssh["command"]!);
    }

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

    [Fact]
    public async Task Actions_FollowTheStatus()
    {
        var id = (string)(await Client.CreateRunningAsync())["id"]!;

        Assert.Equal(HttpStatusCode.Conflict, (await ActAsync(id, "start")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ActAsync(id, "restart")).Status);
        await Client.WaitForAsync(id, "RUNNING");
        Assert.Equal(HttpStatusCode.OK, (await ActAsync(id, "stop")).Status);
        var stopped = await Client.WaitForAsync(id, "EXITED");
        Assert.Equal("""["start","terminate"]""", stopped["actions"]!.ToJsonString());
        Assert.Null(stopped["runtime"]);
        Assert.Null(stopped["ssh"]!["direct"]);
        Assert.Equal(HttpStatusCode.Conflict, (await ActAsync(id, "stop")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await ActAsync(id, "restart")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ActAsync(id, "start")).Status);
        await Client.WaitForAsync(id, "RUNNING");

        var terminated = await ActAsync(id, "terminate");
        Assert.Equal((HttpStatusCode.NoContent, null), (terminated.Status, terminated.Body));
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/pods/{id}")).Status);
    }

    [Fact]
    public async Task Locked_RefusesWithTheWayOut()
    {
        var id = (string)(await Client.CreateRunningAsync())["id"]!;
        var locked = await Client.PatchAsync($"/pods/{id}", """{"locked":true}""");
        Assert.Equal("""["restart"]""", locked.Body!["actions"]!.ToJsonString());

        ApiAnswer[] refused =
        [
            await ActAsync(id, "stop"), await ActAsync(id, "terminate"), await Client.DeleteAsync($"/pods/{id}"),
            await Client.PatchAsync($"/pods/{id}", """{"ports":[]}"""),
        ];

        Assert.All(refused, answer => Assert.Equal(HttpStatusCode.Conflict, answer.Status));
        Assert.All(refused, answer => Assert.Contains("\"locked\":false", answer.Detail, StringComparison.Ordinal));
        Assert.Equal("new", (string)(await Client.PatchAsync($"/pods/{id}", """{"name":"new"}""")).Body!["name"]!);
    }

    [Fact]
    public async Task Delete_IsFinal()
    {
        var id = (string)(await Client.CreateRunningAsync())["id"]!;

        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/pods/{id}")).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/pods/{id}")).Status);
        Assert.DoesNotContain((await Client.GetAsync("/pods")).Body!["pods"]!.AsArray(), pod => (string)pod!["id"]! == id);
    }

    [Fact]
    public async Task Create_SameIdempotencyKeyAtOnce_MakesOnePod()
    {
        const string Body = """{"name":"once","image":"demo"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Client.PostAsync("/pods", Body, ("Idempotency-Key", "retry-1"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => (string)answer.Body!["id"]!).Distinct());
    }

    [Fact]
    public async Task Get_BodyOnTheRequest_IsIgnored()
    {
        var answer = await Client.SendAsync(HttpMethod.Get, "/pods?unknown=1", """{"anything":1}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.NotNull(answer.Body!["pods"]);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("?source=official", true)]
    [InlineData("?source=community", false)]
    [InlineData("?source=verified", false)]
    public async Task CatalogTemplates_BySource_ListsPublicOnes(string query, bool hasDemo)
    {
        var answer = await Client.GetAsync($"/catalog/templates{query}");

        var templates = answer.Body!["templates"]!.AsArray();
        Assert.Equal(hasDemo, templates.Any(template => (string)template!["id"]! == "pod-console-demo" && (bool)template["public"]!));
    }

    [Fact]
    public async Task CatalogTemplates_UnknownSource_Is422() =>
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Client.GetAsync("/catalog/templates?source=mine")).Status);

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

    private Task<ApiAnswer> ActAsync(string id, string action) => Client.PostAsync($"/pods/{id}/action", $$"""{"action":"{{action}}"}""");
}
