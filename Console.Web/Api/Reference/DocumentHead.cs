using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using PodConsole.Domain.Settings;

namespace PodConsole.Web.Api.Reference;

/// <summary>What stands before the operations: what the API is, where it is, and how programs are known.</summary>
internal sealed class DocumentHead(IOptions<ConsoleSettings> settings) : IOpenApiDocumentTransformer
{
    /// <summary>The name of the way in which programs are known.</summary>
    private const string Scheme = "bearerAuth";

    private const string Description = """
        Pods, templates and SSH keys follow Runpod's v2 contract, so that its clients work unchanged; port detail, plans, mappings,
        connections and the audit are this console's own.

        - Every call needs a key: `Authorization: Bearer ppk_…`. A browser's session is not looked at.
        - An answer that is not a success is `application/problem+json` with `title`, `status`, `detail` and, for a body that is wrong, `errors`.
        - Bodies are strict: a property that is not listed is an error that names it. Parameters that are not known are ignored.
        - Somebody else's thing is answered like one that is not there: 404.
        - `RateLimit` and `RateLimit-Policy` tell how the key stands; past the limit the answer is 429 with `Retry-After`.
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new() { Title = "Pod Console REST API", Version = "2.0.0", Description = Description };
        document.Servers = [new() { Url = settings.Value.PublicUrl.TrimEnd('/') }];
        document.AddComponent(Scheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "ppk_…",
            Description = "A key of the account.",
        });
        document.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
        document.AddComponent("RateLimit", Header("How many requests are left in each window, and seconds until it begins anew: `\"minute\";r=59;t=42`."));
        document.AddComponent("RateLimit-Policy", Header("How many requests each window allows, and its seconds: `\"minute\";q=60;w=60`."));
        return Task.CompletedTask;
    }

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
