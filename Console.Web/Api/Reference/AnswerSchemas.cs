using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace PodConsole.Web.Api.Reference;

/// <summary>Names of schemas: those of the contract.</summary>
internal static class SchemaNames
{
    private const string Suffix = "Answer";

    /// <summary>The name of a type in the document; null for one that is written where it is used.</summary>
    public static string? Of(JsonTypeInfo type) => OpenApiOptions.CreateDefaultSchemaReferenceId(type) switch
    {
        nameof(Problem) => "ErrorResponse",
        { } name when name.EndsWith(Suffix, StringComparison.Ordinal) => name[..^Suffix.Length],
        var name => name,
    };
}

/// <summary>What is known of answers besides their types.</summary>
internal static class AnswerSchemas
{
    /// <summary>Every property is always there but those that are left out when they are null.</summary>
    public static Task Complete(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is null && schema.Properties is { Count: > 0 } && context.JsonTypeInfo.Type.Assembly == typeof(AnswerSchemas).Assembly)
        {
            schema.Required = context.JsonTypeInfo.Properties.Where(property => !IsLeftOut(property)).Select(property => property.Name).ToHashSet();
        }

        return Task.CompletedTask;
    }

    private static bool IsLeftOut(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is { Length: > 0 };
}
