using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace PodConsole.Web.Api.Bodies;

/// <summary>Reads the JSON object of a request.</summary>
internal static class JsonBody
{
    /// <summary>Bytes of a body: an environment of the largest size fits.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads the body into a value, or says in a problem what is wrong with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="read">Takes what it needs from the reader.</param>
    public static async Task<(T? Value, IResult? Problem)> ReadAsync<T>(HttpContext context, Func<BodyReader, T> read)
        where T : class
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxBytes;
        }

        try
        {
            using var document = await ParseAsync(context);
            var errors = new List<string>();
            T? value = null;
            if (BodyReader.Open(document.RootElement, errors) is { } reader)
            {
                value = read(reader);
                reader.Close();
            }

            return errors.Count > 0 ? (null, Problem.Invalid(errors)) : (value, null);
        }
        catch (JsonException exception)
        {
            // The message of the parser, without the place in the API's own terms that it adds.
            var message = exception.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
            var place = exception.LineNumber is { } line ? $" (line {line + 1}, byte {exception.BytePositionInLine + 1})" : "";
            return (null, Problem.Of(StatusCodes.Status400BadRequest, $"The request body is not valid JSON: {message}{place}"));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Problem.Of(exception.StatusCode, $"A request body has at most {MaxBytes / 1024 / 1024} MiB."));
        }
    }

    // Texts are decoded late: half of a surrogate pair (\ud800) throws only when its text is taken.
    private static async Task<JsonDocument> ParseAsync(HttpContext context)
    {
        try
        {
            var document = await JsonDocument.ParseAsync(context.Request.Body, Options, context.RequestAborted);
            Decode(document.RootElement);
            return document;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A text in it holds half of a surrogate pair.", exception);
        }
    }

    private static void Decode(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Decode(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Decode(property.Value);
                }

                break;
        }
    }
}
