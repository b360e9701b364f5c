using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Bad bodies: each is told what is wrong with it, all errors at once, and nothing is made.</summary>
public sealed class PodBodyTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private ApiClient Client => console.Client;

    [Theory]
    [InlineData("""{"name":"a","image":"demo","imageName":"x"}""", "$: additional properties 'imageName' not allowed")]
    [InlineData("""{"image":"demo"}""", "$: missing property 'name'")]
    [InlineData("""{"name":"a"}""", "$: missing property 'image'")]
    [InlineData("""{"name":"","image":"demo"}""", "$.name: minLength: got 0, want 1")]
    [InlineData("""{"name":7,"image":"demo"}""", "$.name: got number, want string")]
    [InlineData("""{"name":null,"image":"demo"}""", "$.name: got null, want string")]
    [InlineData("""{"name":"a","image":"demo","disk":"5"}""", "$.disk: got string, want integer")]
    [InlineData("""{"name":"a","image":"demo","disk":0}""", "$.disk: minimum: got 0, want 1")]
    [InlineData("""{"name":"a","image":"demo","disk":1.5}""", "$.disk: got 1.5, want integer")]
    [InlineData("""{"name":"a","image":"demo","disk":100001}""", "$.disk: Give whole GB, 1 to 100,000.")]
    [InlineData("""{"name":"a","image":"demo","cloud":"MINE"}""", "$.cloud: value must be one of 'SECURE', 'COMMUNITY'")]
    [InlineData("""{"name":"a","image":"demo","ports":"8888/http"}""", "$.ports: got string, want array")]
    [InlineData("""{"name":"a","image":"demo","ports":[8888]}""", "$.ports[0]: got number, want string")]
    [InlineData("""{"name":"a","image":"demo","ports":["8888"]}""", "$.ports: '8888' is not a port with its protocol, such as 8888/http or 22/tcp")]
    [InlineData("""{"name":"a","image":"demo","ports":["1/udp"]}""", "$.ports: '1/udp' is not a port with its protocol, such as 8888/http or 22/tcp")]
    [InlineData("""{"name":"a","image":"demo","ports":["70000/http"]}""",
        "$.ports: 70000 asks for a symmetrical port, and those are TCP: move it to Expose TCP Ports.")]
    [InlineData("""{"name":"a","image":"demo","ports":["22/tcp","22/tcp"]}""", "$.ports: 22 is listed twice.")]
    [InlineData("""{"name":"a","image":"demo","env":{"A":1}}""", "$.env.A: got number, want string")]
    [InlineData("""{"name":"a","image":"demo","env":{"RUNPOD_X":"1"}}""",
        "$.env: RUNPOD_X is reserved: names that start with RUNPOD_ are set by the console.")]
    [InlineData("""{"name":"a","image":"demo","cpu":{"id":"cpu5c"}}""", "$.cpu: missing property 'vcpuCount'")]
    [InlineData("""{"name":"a","image":"demo","gpu":{"id":"x","speed":1}}""", "$.gpu: additional properties 'speed' not allowed")]
    [InlineData("""{"name":"a","image":"demo","mounts":{"persistent":{"size":5,"path":"/x"}}}""", "$.mounts.persistent.size: minimum: got 5, want 10")]
    [InlineData("""{"name":"a","image":"demo","mounts":{"host":"/"}}""", "$.mounts: additional properties 'host' not allowed")]
    [InlineData("[]", "$: got array, want object")]
    [InlineData("\"x\"", "$: got string, want object")]
    public async Task Create_WrongBody_Is422WithThePath(string body, string error)
    {
        var answer = await Client.PostAsync("/pods", body);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Contains(error, answer.Errors);
        Assert.Equal("Unprocessable Entity", (string)answer.Body!["title"]!);
        Assert.Equal(422, (int)answer.Body!["status"]!);
    }

    [Fact]
    public async Task Create_SeveralErrors_TellsAll()
    {
        var answer = await Client.PostAsync("/pods", """{"name":1,"disk":"x","ports":["9"],"bogus":true,"other":null}""");

        Assert.Equal(
            [
                "$: missing property 'image'",
                "$.name: got number, want string",
                "$.disk: got string, want integer",
                "$.ports: '9' is not a port with its protocol, such as 8888/http or 22/tcp",
                "$: additional properties 'bogus', 'other' not allowed",
            ],
            answer.Errors);
    }

    [Theory]
    [InlineData("", "line 1, byte 1")]
    [InlineData("{\"name\":", "line 1")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}", "Duplicate property 'name'")]
    [InlineData("{\"name\":\"\\ud800\",\"image\":\"demo\"}", "surrogate")]
    [InlineData("{\"\\udc00\":1}", "surrogate")]
    public async Task Create_NotJson_Is400(string body, string detail)
    {
        var answer = await Client.PostAsync("/pods", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(detail, answer.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"a","image":"demo","gpu":{"id":"x"},"cpu":{"id":"cpu5c","vcpuCount":2}}""", "Give exactly one of gpu and cpu.")]
    [InlineData("""{"name":"a","image":"demo","globalNetworking":true}""", "There is no global networking here: leave globalNetworking out.")]
    [InlineData("""{"name":"a","image":"demo","registry":"reg_1"}""", "There are no container registries here: leave registry out.")]
    [InlineData("""{"name":"a","image":"demo","mounts":{"network":[{"volumeId":"v","path":"/x"}]}}""",
        "There are no network volumes here: use mounts.persistent.")]
    public async Task Create_WhatThisConsoleHasNot_Is400(string body, string detail)
    {
        var answer = await Client.PostAsync("/pods", body);

        Assert.Equal((HttpStatusCode.BadRequest, detail), (answer.Status, answer.Detail));
    }

    [Fact]
    public async Task Create_UnknownTemplate_Is404()
    {
        var answer = await Client.PostAsync("/pods", """{"name":"a","templateId":"no-such-template"}""");

        Assert.Equal((HttpStatusCode.NotFound, "template not found"), (answer.Status, answer.Detail));
    }

    [Fact]
    public async Task Create_BodyTooLarge_Is413()
    {
        var answer = await Client.PostAsync("/pods", $$"""{"name":"{{new string('x', 5 * 1024 * 1024)}}"}""", ("Expect", "100-continue"));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (answer.Status, answer.MediaType));
    }

    [Theory]
    [InlineData("""{"action":"reset"}""", "$.action: value must be one of 'start', 'stop', 'restart', 'terminate'")]
    [InlineData("""{"action":"stop","force":true}""", "$: additional properties 'force' not allowed")]
    [InlineData("{}", "$: missing property 'action'")]
    public async Task Action_WrongBody_Is422(string body, string error)
    {
        var answer = await Client.PostAsync("/pods/0123456789abcd/action", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(error, answer.Errors);
    }
}
