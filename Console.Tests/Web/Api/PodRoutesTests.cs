using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>The life of a pod that a program makes: real processes, real ports.</summary>
public sealed class PodRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
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

    private Task<ApiAnswer> ActAsync(string id, string action) => Client.PostAsync($"/pods/{id}/action", $$"""{"action":"{{action}}"}""");
}
