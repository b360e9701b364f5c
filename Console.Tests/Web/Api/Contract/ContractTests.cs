using System.Net;
using System.Text.Json.Nodes;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api.Contract;

/// <summary>
/// Gets every answer that the contract lists, of every operation. That each one has the form of the contract is verified by
/// <see cref="ApiClient"/>, here as in all other tests.
/// </summary>
public sealed class ContractTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private const string SshKey = $$"""{"keys":["{{SshLines.Ed25519}}"]}""";

    // A body that is right, for those that take one.
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["createPod"] = """{"name":"contract","templateId":"pod-console-demo","cpu":{"id":"cpu5c","vcpuCount":2}}""",
        ["updatePod"] = """{"name":"renamed","ports":["4000/http","22/tcp"]}""",
        ["podAction"] = """{"action":"restart"}""",
        ["createTemplate"] = """{"name":"contract","image":"demo"}""",
        ["updateTemplate"] = """{"name":"renamed"}""",
        ["updateSshKeys"] = SshKey,
    };

    private ApiClient Client => console.Client;

    public static TheoryData<string> Operations => [.. RunpodContract.Instance.Operations.Select(operation => operation.Id)];

    public static TheoryData<string> OperationsOnOne =>
        [.. RunpodContract.Instance.Operations.Where(operation => operation.Template.Contains("{id}", StringComparison.Ordinal)).Select(operation => operation.Id)];

    public static TheoryData<string> OperationsWithBody => [.. Bodies.Keys];

    [Fact]
    public void Operations_ThatTakeABody_AreKnownHere() => Assert.Equal(
        RunpodContract.Instance.Operations.Where(operation => operation.Definition.ContainsKey("requestBody")).Select(operation => operation.Id).Order(),
        Bodies.Keys.Order());

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_WithoutKey_Is401(string id)
    {
        using var stranger = new ApiClient(console.Host, null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync(stranger, id, "0123456789abcd")).Status);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_KeyWithoutScopes_Is403(string id)
    {
        using var client = await ApiClient.OfNewUserAsync(console.Host, ApiScopes.None);

        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(client, id, "0123456789abcd")).Status);
    }

    [Theory]
    [MemberData(nameof(OperationsOnOne))]
    public async Task Operation_OnNothing_Is404(string id)
    {
        foreach (var name in new[] { "0123456789abcd", "nope%2Fzz" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(Client, id, name)).Status);
        }
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Operation_UnknownPropertyOrNoObject_Is422(string id)
    {
        var target = await TargetAsync(id);
        var body = JsonNode.Parse(Bodies[id])!;
        body["bogus"] = 1;

        foreach (var wrong in new[] { body.ToJsonString(), "[]", "null" })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await CallAsync(Client, id, target, wrong)).Status);
        }
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Operation_NoJson_Is400(string id) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync(Client, id, await TargetAsync(id), "{")).Status);

    [Theory]
    [InlineData("createPod", """{"name":"a","image":"demo","gpu":{"id":"x"},"cpu":{"id":"y","vcpuCount":2}}""")]
    [InlineData("updatePod", """{"globalNetworking":true}""")]
    [InlineData("createTemplate", """{"name":"a","image":"demo","serverless":true}""")]
    [InlineData("updateTemplate", """{"registry":"docker"}""")]
    public async Task Operation_WhatCannotBeDoneHere_Is400(string id, string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync(Client, id, await TargetAsync(id), body)).Status);

    [Fact]
    public async Task Operations_PastTheQuota_Are429()
    {
        await using var host = await ConsoleHost.StartAsync("Api:RequestsPerMinute=1");
        using var client = await ApiClient.OfNewUserAsync(host);
        await client.GetAsync("/connections");

        foreach (var operation in RunpodContract.Instance.Operations)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, (await CallAsync(client, operation.Id, "0123456789abcd")).Status);
        }
    }

    [Theory]
    [InlineData("""{"keys":"none"}""")]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task Verify_AnswerThatIsNotTheContracts_Fails(string? body)
    {
        var answer = await Client.GetAsync("/account/ssh-keys");

        Assert.ThrowsAny<Exception>(() =>
            RunpodContract.Instance.Verify("GET", "/v2/account/ssh-keys", answer with { Body = body is null ? null : JsonNode.Parse(body) }));
        Assert.ThrowsAny<Exception>(() =>
            RunpodContract.Instance.Verify("GET", "/v2/account/ssh-keys", answer with { Headers = new Dictionary<string, string>() }));
        Assert.ThrowsAny<Exception>(() => RunpodContract.Instance.Verify("GET", "/v2/account/ssh-keys", answer with { Status = HttpStatusCode.Created }));
    }

    [Fact]
    public async Task Pods_WholeLife_IsAsTheContractSays()
    {
        var created = await Client.PostAsync("/pods", """{"name":"life","templateId":"pod-console-demo","ports":["4000/http","22/tcp","70000/tcp"],"gpu":{"id":"RTX","count":2}}""");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var id = (string)created.Body!["id"]!;
        await Client.WaitForAsync(id, "RUNNING");
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/pods?includeClusterPods=true")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.PatchAsync($"/pods/{id}", """{"ports":["4000/http"],"locked":true}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Client.PatchAsync($"/pods/{id}", """{"ports":[]}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Client.DeleteAsync($"/pods/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.PatchAsync($"/pods/{id}", """{"locked":false}""")).Status);
        using (var logs = await EventStream.OpenAsync(Client, $"/pods/{id}/logs"))
        {
            foreach (var line in await logs.ReadAsync(1))
            {
                Assert.Equal(["source", "line", "ts"], JsonNode.Parse(line.Data)!.AsObject().Select(property => property.Key));
            }
        }

        Assert.Equal(HttpStatusCode.Conflict, (await Client.PostAsync($"/pods/{id}/action", """{"action":"start"}""")).Status);
        foreach (var (action, status) in new[] { ("stop", "EXITED"), ("start", "RUNNING"), ("restart", "RUNNING") })
        {
            Assert.Equal(HttpStatusCode.OK, (await Client.PostAsync($"/pods/{id}/action", $$"""{"action":"{{action}}"}""")).Status);
            await Client.WaitForAsync(id, status);
        }

        Assert.Equal(HttpStatusCode.NoContent, (await Client.PostAsync($"/pods/{id}/action", """{"action":"terminate"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/pods/{id}")).Status);
    }

    [Fact]
    public async Task TemplatesAndKeys_WholeLife_IsAsTheContractSays()
    {
        var id = (string)(await Client.PostAsync("/templates", """{"name":"life","image":"demo","mounts":{"persistent":{"size":10,"path":"/workspace"}}}""")).Body!["id"]!;
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/templates")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.PatchAsync($"/templates/{id}", """{"public":true}""")).Status);
        foreach (var source in new[] { "", "?source=official", "?source=verified", "?source=community" })
        {
            Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync($"/catalog/templates{source}")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/templates/pod-console-demo")).Status);
        var pod = await Client.PostAsync("/pods", $$"""{"name":"user","templateId":"{{id}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.DeleteAsync($"/templates/{id}")).Status);
        await Client.DeleteAsync($"/pods/{pod.Body!["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/templates/{id}")).Status);

        Assert.Equal(HttpStatusCode.OK, (await Client.PutAsync("/account/ssh-keys", SshKey)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/account/ssh-keys")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Client.PutAsync("/account/ssh-keys", """{"keys":[]}""")).Status);
    }

    private static Task<ApiAnswer> CallAsync(ApiClient client, string id, string target, string? body = null)
    {
        var operation = RunpodContract.Instance.Operations.Single(item => item.Id == id);
        var path = operation.Template.Replace("{id}", target, StringComparison.Ordinal)["/v2".Length..];
        return client.SendAsync(HttpMethod.Parse(operation.Method), path, body ?? Bodies.GetValueOrDefault(id));
    }

    // Something that the operation can be called on.
    private async Task<string> TargetAsync(string id) => id switch
    {
        "updatePod" or "podAction" => (string)(await Client.PostAsync("/pods", Bodies["createPod"])).Body!["id"]!,
        "updateTemplate" => (string)(await Client.PostAsync("/templates", $$"""{"name":"target {{Guid.NewGuid()}}","image":"demo"}""")).Body!["id"]!,
        _ => "",
    };
}
