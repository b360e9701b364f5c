using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Templates for programs: the whole round, and who gets what.</summary>
public sealed class TemplateRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private const string Full = """
        {"name":"full","image":"demo","args":"--page \"a b\"","disk":7,"ports":["4000/http","70000/tcp"],"env":{"GREETING":"hi"},
         "mounts":{"persistent":{"size":20,"path":"/data"}},"category":"AMD","startSsh":false,"startJupyter":false,
         "allowedCudaVersions":["12.8"],"serverless":false,"public":false,"registry":null}
        """;

    private ApiClient Client => console.Client;

    [Fact]
    public async Task Create_AllProperties_AreReadBack()
    {
        var created = await Client.PostAsync("/templates", Full);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        var id = (string)created.Body!["id"]!;
        Assert.Matches("^[a-z0-9]{10}$", id);
        var wanted = JsonNode.Parse(Full)!;
        wanted["id"] = id;
        Assert.True(JsonNode.DeepEquals(wanted, created.Body), created.Body.ToJsonString());
        Assert.True(JsonNode.DeepEquals(wanted, (await Client.GetAsync($"/templates/{id}")).Body));
        Assert.Contains((await Client.GetAsync("/templates")).Body!["templates"]!.AsArray(), template => JsonNode.DeepEquals(template, wanted));
    }

    [Fact]
    public async Task Create_NameAndImageOnly_HasTheContractsDefaults()
    {
        var created = await Client.PostAsync("/templates", """{"name":"small","image":"demo"}""");

        var template = created.Body!.AsObject();
        template.Remove("id");
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""
                    {"name":"small","image":"demo","args":"","disk":5,"mounts":{},"ports":[],"env":{},"registry":null,"serverless":false,
                     "public":false,"category":"NVIDIA","startSsh":true,"startJupyter":true,"allowedCudaVersions":[]}
                    """),
                template),
            template.ToJsonString());
    }

    [Fact]
    public async Task Patch_SomeProperties_LeavesTheOthers()
    {
        var id = (string)(await Client.PostAsync("/templates", Full.Replace("\"full\"", "\"patched\"", StringComparison.Ordinal))).Body!["id"]!;

        var patched = await Client.PatchAsync($"/templates/{id}", """{"ports":[],"env":{"A":"1"},"category":"CPU","mounts":{}}""");

        Assert.Equal(HttpStatusCode.OK, patched.Status);
        var wanted = JsonNode.Parse(Full)!;
        (wanted["id"], wanted["name"], wanted["ports"], wanted["env"]) = (id, "patched", new JsonArray(), new JsonObject { ["A"] = "1" });
        wanted["category"] = "CPU";
        Assert.True(JsonNode.DeepEquals(wanted, patched.Body), patched.Body!.ToJsonString());
    }

    [Fact]
    public async Task Patch_TemplateOfThePages_KeepsReadmeLabelsAndSecrets()
    {
        var service = console.Host.Services.GetRequiredService<TemplateService>();
        var owner = await AdministratorAsync();
        var made = Assert.IsType<TemplateResult.Saved>(await service.CreateAsync(owner, new()
        {
            Name = "mine",
            Readme = "# Mine",
            Recipe = new()
            {
                Image = "demo",
                Ports = [new(PortProtocol.Http, 4000, "Demo page")],
                Environment = [new("TOKEN", "s3cret", IsSecret: true)],
            },
        }, cancellationToken: TestContext.Current.CancellationToken)).Template;

        var patched = await Client.PatchAsync($"/templates/{made.Id}", """{"name":"renamed","ports":["4000/http","22/tcp"],"env":{"TOKEN":"","B":"2"}}""");

        Assert.Equal("""{"TOKEN":"","B":"2"}""", patched.Body!["env"]!.ToJsonString());
        var saved = (await service.FindAsync(owner, made.Id, TestContext.Current.CancellationToken))!;
        Assert.Equal(("renamed", "# Mine"), (saved.Name, saved.Readme));
        Assert.Equal(["Demo page", ""], saved.Ports.Select(port => port.Label));
        Assert.Equal("s3cret", console.Host.Services.GetRequiredService<SecretBox>().Open(saved.Environment)[0].Value);
    }

    [Theory]
    [InlineData("""{"image":"demo"}""", "$: missing property 'name'")]
    [InlineData("""{"name":"x"}""", "$: missing property 'image'")]
    [InlineData("""{"name":"x","image":"demo","templateId":"y"}""", "$: additional properties 'templateId' not allowed")]
    [InlineData("""{"name":"x","image":"demo","globalNetworking":true}""", "$: additional properties 'globalNetworking' not allowed")]
    [InlineData("""{"name":"x","image":"demo","mounts":{"network":[]}}""", "$.mounts: additional properties 'network' not allowed")]
    [InlineData("""{"name":"x","image":"demo","category":"TPU"}""", "$.category: value must be one of 'CPU', 'NVIDIA', 'AMD'")]
    [InlineData("""{"name":"x","image":"demo","allowedCudaVersions":["12"]}""", "$.allowedCudaVersions[0]: '12' does not match pattern")]
    [InlineData("""{"name":"x","image":"demo","ports":["1/udp"]}""", "$.ports: '1/udp' is not a port with its protocol")]
    [InlineData("""{"name":"x","image":"demo","public":"yes"}""", "$.public: got string, want boolean")]
    public async Task Create_WrongBody_NamesWhatIsWrong(string body, string error)
    {
        var answer = await Client.PostAsync("/templates", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.StartsWith(error, Assert.Single(answer.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"x","image":"demo","registry":"docker"}""", "There are no container registries here")]
    [InlineData("""{"name":"x","image":"demo","serverless":true}""", "There are no serverless endpoints here")]
    public async Task Create_WhatThisConsoleHasNot_Is400(string body, string detail)
    {
        var answer = await Client.PostAsync("/templates", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith(detail, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_SameIdempotencyKeyAtOnce_MakesOneTemplate()
    {
        const string Body = """{"name":"once","image":"demo"}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Client.PostAsync("/templates", Body, ("Idempotency-Key", "retry-1"))));
        var twice = await Client.PostAsync("/templates", Body);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => (string)answer.Body!["id"]!).Distinct());
        Assert.Equal(["$.name: You already have a template called once."], twice.Errors);
    }

    [Fact]
    public async Task SomebodyElses_Private_IsNotFound_Public_IsReadOnly()
    {
        using var other = await ApiClient.OfNewUserAsync(console.Host);
        var secret = (string)(await Client.PostAsync("/templates", """{"name":"hidden","image":"demo"}""")).Body!["id"]!;
        var open = (string)(await Client.PostAsync("/templates", """{"name":"shown","image":"demo","public":true}""")).Body!["id"]!;

        ApiAnswer[] refused =
        [
            await other.GetAsync($"/templates/{secret}"),
            await other.GetAsync("/templates/nope%2Fzz"),
            await other.PatchAsync($"/templates/{open}", """{"name":"mine now"}"""),
            await other.PatchAsync($"/templates/{open}", """{"nonsense":1}"""),
            await other.DeleteAsync($"/templates/{open}"),
            await other.PatchAsync("/templates/pod-console-demo", """{"name":"mine now"}"""),
        ];

        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.NotFound, "template not found"), (answer.Status, answer.Detail)));
        Assert.Equal("shown", (string)(await other.GetAsync($"/templates/{open}")).Body!["name"]!);
        Assert.Empty((await other.GetAsync("/templates")).Body!["templates"]!.AsArray());
        Assert.Contains(
            (await other.GetAsync("/catalog/templates?source=community")).Body!["templates"]!.AsArray(), template => (string)template!["id"]! == open);
    }

    [Fact]
    public async Task Publish_WithoutTheRight_IsForbidden()
    {
        using var other = await ApiClient.OfNewUserAsync(console.Host);

        var refused = await other.PostAsync("/templates", """{"name":"loud","image":"demo","public":true}""");

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.StartsWith("Only template authors", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_InUse_NamesThePodsUntilTheyAreGone()
    {
        var id = (string)(await Client.PostAsync("/templates", """{"name":"used","image":"demo","env":{"A":"1","B":"1"}}""")).Body!["id"]!;
        var pod = await Client.PostAsync("/pods", $$$"""{"name":"user","templateId":"{{{id}}}","env":{"B":"2"}}""");
        Assert.Equal("""{"A":"1","B":"2"}""", pod.Body!["env"]!.ToJsonString());

        var refused = await Client.DeleteAsync($"/templates/{id}");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("exist: user.", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/pods/{pod.Body["id"]}")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/templates/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/templates/{id}")).Status);
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

    private async Task<Actor> AdministratorAsync()
    {
        await using var scope = console.Host.Services.CreateAsyncScope();
        return new((await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(ConsoleHost.Email))!.Id, IsAdmin: true);
    }
}
