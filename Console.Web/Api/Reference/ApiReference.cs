using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PodConsole.Web.Hosting;
using Scalar.AspNetCore;

namespace PodConsole.Web.Api.Reference;

/// <summary>
/// The API's OpenAPI document, and a page to browse it. Neither holds a secret, so both are open to anyone who reaches the console;
/// the page asks for a key, keeps it in the open page alone, and loads nothing from elsewhere.
/// </summary>
internal static class ApiReference
{
    /// <summary>The document's name.</summary>
    public const string Name = "v2";

    private const string DocumentPath = "/openapi/v2.json";
    private const string PagePath = "/reference";

    public static IServiceCollection AddApiReference(this IServiceCollection services) => services
        .ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = ApiJson.Options.NumberHandling)
        .AddSingleton<ApiDocument>()
        .AddOpenApi(Name, options =>
        {
            options.ShouldInclude = description => description.RelativePath?.StartsWith("v2/", StringComparison.Ordinal) == true;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.AddDocumentTransformer<DocumentHead>();
            options.AddOperationTransformer<OperationDetails>();
            options.AddSchemaTransformer(AnswerSchemas.Complete);
        });

    public static void MapApiReference(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(DocumentPath, async (ApiDocument document) => TypedResults.Bytes(await document.ReadAsync(), "application/json"))
            .AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference(PagePath, (options, context) =>
        {
            options.Title = "REST API of Pod Console";
            options.Favicon = "/favicon.svg";
            options.AddDocument(Name, "REST API", DocumentPath);
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.HideClientButton = true;
            options.ShowDeveloperTools = DeveloperToolsVisibility.Never;
            options.DisableAgent().DisableMcp();
            options.Nonce = ConsoleHeaders.AllowInlineScript(context.Response);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}

/// <summary>The OpenAPI document as it is served, which is the same until the console stops.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiReference.Name)] IOpenApiDocumentProvider documents)
{
    private readonly Lazy<Task<byte[]>> _json = new(() => WriteAsync(documents));

    /// <summary>The document, as JSON of OpenAPI 3.1.</summary>
    public Task<byte[]> ReadAsync() => _json.Value;

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider documents)
    {
        var document = await documents.GetOpenApiDocumentAsync();
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return json.ToArray();
    }
}
