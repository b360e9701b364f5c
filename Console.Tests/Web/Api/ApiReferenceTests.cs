using System.Net;
using System.Text.Json.Nodes;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Web.Api.Contract;

namespace PodConsole.Tests.Web.Api;

/// <summary>The OpenAPI document that the console serves: complete, and no other than the contract where there is one.</summary>
public sealed class ApiReferenceTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    [Fact]
    public async Task Document_HoldsEveryOperationOfTheContractUnderItsName()
    {
        var paths = (await ReadAsync())["paths"]!.AsObject();

        foreach (var operation in RunpodContract.Instance.Operations)
        {
            var described = paths[operation.Template]?[operation.Method.ToLowerInvariant()];
            Assert.Equal(operation.Id, (string?)described?["operationId"]);
            var statuses = described!["responses"]!.AsObject().Select(response => int.Parse(response.Key, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Empty(operation.Statuses.Except(statuses).Select(status => $"{operation} {status}"));
        }
    }

    [Theory]
    [InlineData("CreatePodRequest")]
    [InlineData("UpdatePodRequest")]
    [InlineData("PodActionRequest")]
    [InlineData("CreateTemplateRequest")]
    [InlineData("UpdateTemplateRequest")]
    [InlineData("UpdateSshKeysRequest")]
    [InlineData("Pod")]
    [InlineData("Template")]
    [InlineData("SshKeys")]
    [InlineData("ErrorResponse")]
    public async Task Schemas_OfTheContract_HaveItsPropertiesAndNoOthers(string name)
    {
        var schema = (await ReadAsync())["components"]!["schemas"]![name]!;
        var (names, required) = RunpodContract.Instance.PropertiesOf(name);

        // There are no clusters here.
        Assert.Equal(names.Where(property => property != "cluster"), schema["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.Equal(required, (schema["required"]?.AsArray() ?? []).Select(property => (string)property!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_EveryOperation_SaysWhatItDoesAndWhatItTakes()
    {
        var document = await ReadAsync();

        foreach (var operation in document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(method => method.Value!))
        {
            Assert.NotEmpty((string)operation["summary"]!);
            Assert.Single(operation["tags"]!.AsArray());
            Assert.All(operation["parameters"]?.AsArray() ?? [], parameter => Assert.NotEmpty((string?)parameter!["description"] ?? ""));
            Assert.Superset(new HashSet<string> { "401", "403", "429" }, operation["responses"]!.AsObject().Select(response => response.Key).ToHashSet());
        }

        Assert.Equal(console.Host.Url.GetLeftPart(UriPartial.Authority), (string)document["servers"]![0]!["url"]!);
        Assert.DoesNotContain(document["paths"]!.AsObject(), path => !path.Key.StartsWith("/v2/", StringComparison.Ordinal) || path.Key.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Document_StateOfAPort_NamesEveryWord()
    {
        var schemas = (await ReadAsync())["components"]!["schemas"]!.AsObject();
        var port = schemas.Single(schema => schema.Value!["properties"] is JsonObject properties && properties.ContainsKey("state") && properties.ContainsKey("health"));

        var text = (string)port.Value!["properties"]!["state"]!["description"]!;

        Assert.All(Enum.GetNames<PortState>(), word => Assert.Contains(word.ToUpperInvariant(), text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Document_SchemaOfABody_AcceptsWhatTheApiAccepts()
    {
        var schema = (await ReadAsync())["components"]!["schemas"]!["CreatePodRequest"]!;

        RunpodContract.Instance.VerifySchema("CreatePodRequest", schema, JsonNode.Parse("""
            {"name":"a","image":"demo","ports":["8888/http"],"env":{"A":"1"},"registry":null,"gpu":{"id":"x","minCudaVersion":"12.8"},"cloud":"SECURE"}
            """));
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var client = console.Host.NewClient();
        using var answer = await client.GetAsync("/openapi/v2.json", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }
}
