using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace PodConsole.Web.Api.Reference;

/// <summary>What an operation takes, and the headers of its answers.</summary>
internal sealed class OperationDetails : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<DescribedBody>().FirstOrDefault() is { } body)
        {
            context.Document!.AddComponent(body.Schema, BodyDescriber.Describe(body.Read));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(body.Schema, context.Document) },
                },
            };
        }

        operation.Responses = InOrder(operation.Responses ?? []);
        SetParameters(operation, [.. metadata.OfType<DescribedParameter>()]);
        SetHeaders(operation, context.Document!);
        foreach (var parameter in operation.Parameters!.Where(item => item.In == ParameterLocation.Path))
        {
            parameter.Description = "The id of what is meant.";
        }

        return Task.CompletedTask;
    }

    private static OpenApiResponses InOrder(OpenApiResponses responses)
    {
        var sorted = new OpenApiResponses();
        foreach (var (status, response) in responses.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            sorted.Add(status, response);
        }

        return sorted;
    }

    private static void SetParameters(OpenApiOperation operation, IReadOnlyList<DescribedParameter> described)
    {
        operation.Parameters =
        [
            .. operation.Parameters?.Where(parameter => described.All(item => item.Name != parameter.Name)) ?? [],
            .. described.Select(item => new OpenApiParameter
            {
                Name = item.Name,
                In = item.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
                Description = item.Description,
                Schema = item.Schema,
            }),
        ];
    }

    private static void SetHeaders(OpenApiOperation operation, OpenApiDocument document)
    {
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is not OpenApiResponse known || status == StatusCodes.Status401Unauthorized.ToString(CultureInfo.InvariantCulture))
            {
                continue;
            }

            known.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["RateLimit"] = new OpenApiHeaderReference("RateLimit", document),
                ["RateLimit-Policy"] = new OpenApiHeaderReference("RateLimit-Policy", document),
            };
            if (status == StatusCodes.Status429TooManyRequests.ToString(CultureInfo.InvariantCulture))
            {
                known.Headers["Retry-After"] = new OpenApiHeader
                {
                    Description = "Seconds until it is worth while to ask again.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
                };
            }
        }
    }
}
