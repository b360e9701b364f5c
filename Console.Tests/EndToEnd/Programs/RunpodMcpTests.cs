using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>Runpod's own client drives this console, unchanged: list, create, get, update, act, read logs, delete.</summary>
public sealed class RunpodMcpTests(RunpodMcp client) : IClassFixture<RunpodMcp>
{
    [Fact]
    public async Task Pods_WholeLife_WorksUnchanged()
    {
        var created = await client.CallAsync("create-pod", """
            {"body":{"name":"mcp","templateId":"pod-console-demo","ports":["4000/http","22/tcp","70000/tcp"],"env":{"A":"1"},
             "cpu":{"id":"cpu5c","vcpuCount":2},"cloud":"SECURE","startSsh":true}}
            """);
        var id = (string)created["id"]!;
        var running = await WaitForAsync(id, "RUNNING");
        Assert.Equal(3, running["ports"]!.AsArray().Count);
        Assert.Equal(2, running["runtime"]!["ports"]!.AsArray().Count);
        Assert.Contains((await client.CallAsync("list-pods"))["pods"]!.AsArray(), pod => (string)pod!["id"]! == id);

        var updated = await client.CallAsync("update-pod", $$$"""{"id":"{{{id}}}","body":{"name":"renamed","ports":["4000/http"]}}""");
        Assert.Equal(("renamed", """["4000/http"]"""), ((string)updated["name"]!, updated["ports"]!.ToJsonString()));

        var logs = await client.CallAsync("stream-pod-logs", $$"""{"podId":"{{id}}","tail":5000,"maxWaitMs":2000}""");
        Assert.NotEmpty(logs["items"]!.AsArray());
        Assert.All(logs["items"]!.AsArray(), line => Assert.Equal(["source", "line", "ts"], line!.AsObject().Select(property => property.Key)));
        var system = await client.CallAsync("stream-pod-logs", $$"""{"podId":"{{id}}","source":"system","since":"2020-01-01T00:00:00Z","maxWaitMs":2000}""");
        Assert.All(system["items"]!.AsArray(), line => Assert.Equal("system", (string)line!["source"]!));

        foreach (var (action, status) in new[] { ("stop", "EXITED"), ("start", "RUNNING"), ("restart", "RUNNING") })
        {
            await client.CallAsync("pod-action", $$$"""{"id":"{{{id}}}","body":{"action":"{{{action}}}"}}""");
            await WaitForAsync(id, status);
        }

        await client.CallAsync("delete-pod", $$"""{"id":"{{id}}"}""");
        Assert.Equal("pod not found", (string)(await client.RefusalOfAsync("get-pod", $$"""{"id":"{{id}}"}"""))["detail"]!);
    }

    [Fact]
    public async Task Templates_WholeLife_WorksUnchanged()
    {
        var created = await client.CallAsync("create-template", """
            {"body":{"name":"mcp","image":"demo","disk":6,"category":"CPU","ports":["4000/http"],"env":{"A":"1"},
             "mounts":{"persistent":{"size":10,"path":"/workspace"}},"public":false,"serverless":false}}
            """);
        var id = (string)created["id"]!;

        var updated = await client.CallAsync("update-template", $$$"""{"id":"{{{id}}}","body":{"name":"renamed","env":{"B":"2"} }}""");

        Assert.Equal(("renamed", """{"B":"2"}"""), ((string)updated["name"]!, updated["env"]!.ToJsonString()));
        Assert.True(JsonNode.DeepEquals(updated, await client.CallAsync("get-template", $$"""{"id":"{{id}}"}""")));
        Assert.Contains((await client.CallAsync("list-templates"))["templates"]!.AsArray(), template => (string)template!["id"]! == id);
        Assert.Contains(
            (await client.CallAsync("list-public-templates", """{"source":"official"}"""))["templates"]!.AsArray(),
            template => (string)template!["id"]! == "pod-console-demo");
        await client.CallAsync("delete-template", $$"""{"id":"{{id}}"}""");
        Assert.Equal("template not found", (string)(await client.RefusalOfAsync("get-template", $$"""{"id":"{{id}}"}"""))["detail"]!);
    }

    [Fact]
    public async Task SshKeys_AreReplacedUnchanged()
    {
        await client.CallAsync("update-ssh-keys", $$$"""{"body":{"keys":["{{{SshLines.Ed25519}}}"]}}""");
        Assert.Equal([SshLines.Ed25519], (await client.CallAsync("get-ssh-keys"))["keys"]!.AsArray().Select(key => (string)key!));
        Assert.Empty((await client.CallAsync("update-ssh-keys", """{"body":{"keys":[]}}"""))["keys"]!.AsArray());
    }

    [Fact]
    public async Task Mistakes_AreToldInTheContractsWords()
    {
        var unknown = await client.RefusalOfAsync("create-pod", """{"body":{"name":"old","imageName":"demo"}}""");
        Assert.Contains("$: additional properties 'imageName' not allowed", unknown["errors"]!.AsArray().Select(error => (string)error!));
        Assert.Equal("pod not found", (string)(await client.RefusalOfAsync("get-pod", """{"id":"nope/zz"}"""))["detail"]!);
        Assert.Equal("template not found", (string)(await client.RefusalOfAsync("delete-template", """{"id":"pod-console-demo"}"""))["detail"]!);
    }

    private async Task<JsonNode> WaitForAsync(string id, string status)
    {
        JsonNode? pod = null;
        await Eventually.TrueAsync(async () => (string?)(pod = await client.CallAsync("get-pod", $$"""{"id":"{{id}}"}"""))["status"] == status, $"the pod is {status}");
        return pod!;
    }
}
