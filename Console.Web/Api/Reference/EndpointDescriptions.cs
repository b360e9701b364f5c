using Microsoft.OpenApi;
using PodConsole.Web.Api.Bodies;

namespace PodConsole.Web.Api.Reference;

/// <summary>What the reference says about an endpoint.</summary>
internal static class EndpointDescriptions
{
    /// <summary>Names the operation and says what it does.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="operationId">Its name, unique in the API.</param>
    /// <param name="summary">What it does, in a few words.</param>
    /// <param name="description">What else is to be known.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string operationId, string summary, string? description = null)
    {
        endpoint.WithName(operationId).WithSummary(summary);
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    /// <summary>The body, as the code that reads it asks for it.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="schema">The name of the body in the reference.</param>
    /// <param name="read">Reads it.</param>
    public static RouteHandlerBuilder Reads<T>(this RouteHandlerBuilder endpoint, string schema, Func<BodyReader, T> read) =>
        endpoint.WithMetadata(new DescribedBody(schema, body => read(body)));

    /// <summary>Parameters in the query and in headers.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params DescribedParameter[] parameters)
    {
        foreach (var parameter in parameters)
        {
            endpoint.WithMetadata(parameter);
        }

        return endpoint;
    }

    /// <summary>The statuses of problems that this endpoint has besides those of all.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<Problem>(status, Problem.MediaType);
        }

        return endpoint;
    }
}

/// <summary>The body of a request.</summary>
/// <param name="Schema">Its name in the reference.</param>
/// <param name="Read">Reads it.</param>
internal sealed record DescribedBody(string Schema, Action<BodyReader> Read);

/// <summary>A parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
internal sealed record DescribedParameter(string Name, string Description)
{
    /// <summary>The header of creations that a retry repeats.</summary>
    public static DescribedParameter IdempotencyKey { get; } =
        new(Bodies.IdempotencyKey.Header, "Names the request: a retry with the same key answers with what the first one made. At most 255 characters.")
        {
            IsHeader = true,
        };

    /// <summary>Whether it is a header.</summary>
    public bool IsHeader { get; init; }

    /// <summary>Its form.</summary>
    public OpenApiSchema Schema { get; init; } = new() { Type = JsonSchemaType.String };

    /// <summary>A whole number.</summary>
    public static DescribedParameter Number(string name, string description, long minimum, long maximum, long standard) => new(name, description)
    {
        Schema = new() { Type = JsonSchemaType.Integer, Minimum = $"{minimum}", Maximum = $"{maximum}", Default = standard },
    };

    /// <summary>One of a few words.</summary>
    public static DescribedParameter Word(string name, string description, params string[] words) => new(name, description)
    {
        Schema = new() { Type = JsonSchemaType.String, Enum = [.. words] },
    };

    /// <summary>A time (RFC 3339).</summary>
    public static DescribedParameter Time(string name, string description) => new(name, description)
    {
        Schema = new() { Type = JsonSchemaType.String, Format = "date-time" },
    };
}
