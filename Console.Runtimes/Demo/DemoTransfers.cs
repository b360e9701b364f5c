using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PodConsole.Runtimes.Demo;

/// <summary>Endpoints that move bytes, in amounts and contents that can be checked on the other side.</summary>
internal static class DemoTransfers
{
    private const int BlockSize = 64 * 1024;
    private const long MostBytes = 1L << 40;

    /// <summary>Reads a body of any size and answers its length and SHA-256.</summary>
    public static async Task ReceiveAsync(HttpContext context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BlockSize];
        long bytes = 0;
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
            bytes += count;
        }

        await WriteAsync(context, writer =>
        {
            writer.WriteNumber("bytes", bytes);
            writer.WriteString("sha256", Convert.ToHexStringLower(hash.GetHashAndReset()));
        });
    }

    /// <summary>Sends <c>?bytes=</c> bytes: the byte at position n is n modulo 251.</summary>
    public static async Task SendAsync(HttpContext context)
    {
        const int Period = 251;
        var bytes = DemoEndpoints.NumberIn(context, "bytes", 1_000_000, MostBytes);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes;
        var block = new byte[Period * 256];
        for (var index = 0; index < block.Length; index++)
        {
            block[index] = (byte)(index % Period);
        }

        for (var left = bytes; left > 0; left -= block.Length)
        {
            await context.Response.Body.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), context.RequestAborted);
        }
    }

    /// <summary>Answers the request's headers as they arrived.</summary>
    public static Task EchoHeadersAsync(HttpContext context) => WriteAsync(context, writer =>
    {
        foreach (var (name, values) in context.Request.Headers)
        {
            writer.WriteString(name, values.ToString());
        }
    });

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(stream.ToArray(), context.RequestAborted);
    }
}
