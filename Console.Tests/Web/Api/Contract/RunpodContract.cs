using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Json.Schema;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api.Contract;

/// <summary>
/// Runpod's public v2 contract, which the API conforms to. <see cref="ApiClient"/> holds every answer that any test gets against it.
/// </summary>
internal sealed class RunpodContract
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonObject _document;
    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new();

    private RunpodContract()
    {
        var file = Path.Combine(Repository.Root, "Console.Tests", "Web", "Api", "Contract", "runpod-rest-v2.openapi.json");
        _document = JsonNode.Parse(File.ReadAllText(file).Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!.AsObject();
        Operations =
        [
            .. from path in _document["paths"]!.AsObject()
               from method in path.Value!.AsObject()
               where method.Key != "parameters"
               select new ContractOperation((string)method.Value!["operationId"]!, method.Key.ToUpperInvariant(), path.Key, method.Value.AsObject()),
        ];
    }

    public static RunpodContract Instance { get; } = new();

    /// <summary>All operations of the contract.</summary>
    public IReadOnlyList<ContractOperation> Operations { get; }

    private JsonObject Definitions => _document["components"]!["schemas"]!.AsObject();

    /// <summary>Holds an answer against the contract; what the contract does not know is not looked at.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's path, from <c>/v2</c> on.</param>
    /// <param name="answer">The answer.</param>
    public void Verify(string method, string path, ApiAnswer answer)
    {
        if (Operations.FirstOrDefault(item => item.Method == method && item.Matches(path)) is not { } operation)
        {
            return;
        }

        var what = $"{operation.Id} {(int)answer.Status}";
        var response = Resolve(operation.ResponseOf((int)answer.Status)
            ?? throw new InvalidDataException($"The contract has no answer {what}: {answer.Body?.ToJsonString()}"));
        foreach (var (header, _) in response["headers"]?.AsObject() ?? [])
        {
            // HTTP/2 has no such header, and the others of the log stream are there only when somebody on the way needs them.
            Assert.True(header == "Connection" || answer.Headers.ContainsKey(header), $"{what} has no header {header}.");
        }

        if (response["content"]?.AsObject() is not { Count: > 0 } content)
        {
            Assert.True(answer.Body is null, $"{what} has a body.");
            return;
        }

        Assert.True(content.ContainsKey(answer.MediaType ?? ""), $"{what} is {answer.MediaType}.");
        if (answer.MediaType != "text/event-stream")
        {
            VerifySchema(what, content[answer.MediaType!]!["schema"]!, answer.Body);
        }
    }

    /// <summary>Holds a value against a schema of the contract.</summary>
    public void VerifySchema(string what, JsonNode schema, JsonNode? value)
    {
        var result = _schemas.GetOrAdd(schema.ToJsonString(), Compile).Evaluate(System.Text.Json.JsonSerializer.SerializeToElement(value), Options);
        Assert.True(result.IsValid, $"{what}: {value?.ToJsonString()}\n{string.Join('\n', ErrorsOf(result))}");
    }

    /// <summary>The names of an object's properties in the contract, and which of them must be there, both in order.</summary>
    public (IReadOnlyList<string> Names, IReadOnlyList<string> Required) PropertiesOf(string definition)
    {
        var (names, required) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));
        Collect(Definitions[definition]!, names, required);
        return ([.. names], [.. required]);
    }

    private static IEnumerable<string> ErrorsOf(EvaluationResults result) => (result.Details ?? []).Append(result)
        .Where(detail => detail.Errors is { Count: > 0 })
        .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");

    private void Collect(JsonNode schema, SortedSet<string> names, SortedSet<string> required)
    {
        var resolved = Resolve(schema.AsObject());
        names.UnionWith((resolved["properties"]?.AsObject() ?? []).Select(property => property.Key));
        required.UnionWith((resolved["required"]?.AsArray() ?? []).Select(name => (string)name!));
        foreach (var part in resolved["allOf"]?.AsArray() ?? [])
        {
            Collect(part!, names, required);
        }
    }

    private JsonObject Resolve(JsonObject node)
    {
        if ((string?)node["$ref"] is not { } reference)
        {
            return node;
        }

        return reference.StartsWith("#/$defs/", StringComparison.Ordinal)
            ? Definitions[reference["#/$defs/".Length..]]!.AsObject()
            : reference.Split('/').Skip(1).Aggregate((JsonNode)_document, (place, name) => place[name]!).AsObject();
    }

    private JsonSchema Compile(string schema)
    {
        var whole = JsonNode.Parse(schema)!.AsObject();
        whole["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        whole["$defs"] = Definitions.DeepClone();
        return JsonSchema.FromText(whole.ToJsonString());
    }
}

/// <summary>One operation of the contract.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Method">The method.</param>
/// <param name="Template">The path, from <c>/v2</c> on.</param>
/// <param name="Definition">All that is said about it.</param>
internal sealed record ContractOperation(string Id, string Method, string Template, JsonObject Definition)
{
    /// <summary>Statuses that are listed one by one.</summary>
    public IEnumerable<int> Statuses => Definition["responses"]!.AsObject().Select(response => response.Key).Where(key => key != "default").Select(int.Parse);

    /// <summary>Whether a path is of this operation.</summary>
    public bool Matches(string path)
    {
        var (parts, wanted) = (path.Split('?')[0].Split('/'), Template.Split('/'));
        return parts.Length == wanted.Length && parts.Zip(wanted).All(pair => pair.Second.StartsWith('{') || pair.First == pair.Second);
    }

    /// <summary>What the contract says about a status; errors that it does not list are all alike.</summary>
    public JsonObject? ResponseOf(int status) =>
        (Definition["responses"]![$"{status}"] ?? (status >= (int)HttpStatusCode.BadRequest ? Definition["responses"]!["default"] : null))?.AsObject();

    public override string ToString() => Id;
}
