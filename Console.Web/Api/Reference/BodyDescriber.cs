using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Reference;

/// <summary>
/// Learns what a body may hold from the code that reads it, so that the reference cannot say anything else. Every property counts as
/// there, and nothing can be read.
/// </summary>
internal sealed class BodyDescriber(OpenApiSchema schema) : BodyReader
{
    /// <summary>The schema of what is read.</summary>
    public static OpenApiSchema Describe(Action<BodyReader> read)
    {
        var schema = NewObject();
        read(new BodyDescriber(schema));
        return schema;
    }

    public override bool Has(string name) => true;

    public override void Require(params IEnumerable<string> names) => schema.Required!.UnionWith(names);

    public override string? String(string name, int minLength = 0, Regex? pattern = null) =>
        Add<string>(name, Text(pattern, minLength > 0 ? minLength : null));

    public override string? NullableString(string name) => Add<string>(name, new() { Type = JsonSchemaType.String | JsonSchemaType.Null });

    public override string? OneOf(string name, params IReadOnlyList<string> allowed) =>
        Add<string>(name, new() { Type = JsonSchemaType.String, Enum = [.. allowed.Select(word => (JsonNode)word)] });

    public override int? Integer(string name, int minimum)
    {
        Add<string>(name, new() { Type = JsonSchemaType.Integer, Minimum = $"{minimum}" });
        return null;
    }

    public override bool? Boolean(string name)
    {
        Add<string>(name, new() { Type = JsonSchemaType.Boolean });
        return null;
    }

    public override BodyReader? Object(string name)
    {
        var child = NewObject();
        Add<string>(name, child);
        return new BodyDescriber(child);
    }

    public override IReadOnlyList<string>? Strings(string name, Regex? pattern = null) =>
        Add<IReadOnlyList<string>>(name, new() { Type = JsonSchemaType.Array, Items = Text(pattern, null) });

    public override IReadOnlyList<KeyValuePair<string, string>>? Map(string name) =>
        Add<IReadOnlyList<KeyValuePair<string, string>>>(name, new() { Type = JsonSchemaType.Object, AdditionalProperties = Text(null, null) });

    public override void Discard(string name)
    {
        // What is thrown away unseen is nothing to send.
    }

    private static OpenApiSchema NewObject() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>(),
        Required = new HashSet<string>(),
        AdditionalPropertiesAllowed = false,
    };

    // The same in the notation of ECMA 262, which OpenAPI asks for.
    private static OpenApiSchema Text(Regex? pattern, int? minLength) => new()
    {
        Type = JsonSchemaType.String,
        MinLength = minLength,
        Pattern = pattern?.ToString().Replace(@"\A", "^", StringComparison.Ordinal).Replace(@"\z", "$", StringComparison.Ordinal),
    };

    private T? Add<T>(string name, OpenApiSchema property)
        where T : class
    {
        property.Description = PropertyWords.Of(name);
        schema.Properties![name] = property;
        return null;
    }
}
