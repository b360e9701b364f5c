using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Programs;

/// <summary>curl, in both versions of HTTP: transfers, ranges, expectations, event streams.</summary>
public sealed class CurlTests
{
    // A console that has moved something has grown by what it needs for any amount.
    private const long WarmUpSize = 8 << 20;
    private const long MostGrowth = 32 << 20;

    // Held as a whole, even the small one would be twice what is allowed.
    private static readonly long TransferSize = (long)LoadSize.Of(64, 1024) << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--http1.1", "Content-Length: 5000000")]
    [InlineData("--http1.1", "Transfer-Encoding: chunked")]
    [InlineData("--http1.1", "Expect: 100-continue")]
    [InlineData("--http2", "Content-Length: 5000000")]
    public async Task Upload_AnyFraming_ArrivesComplete(string protocol, string header)
    {
        using var directory = new TempDirectory();
        var file = directory.File("upload");
        var content = RandomNumberGenerator.GetBytes(5_000_000);
        await File.WriteAllBytesAsync(file, content, Cancel);
        await using var service = await HttpService.StartAsync(async context => await context.Response.WriteAsync(
            Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted))));
        await using var gateway = await GatewayHost.StartAsync();

        var output = await CurlAsync(gateway, service, "/", protocol, "-H", header, "-T", file);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(content)), output);
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task Download_Interrupted_IsResumedByARange(string protocol)
    {
        using var directory = new TempDirectory();
        var (file, part) = (directory.File("served"), directory.File("part"));
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await File.WriteAllBytesAsync(file, content, Cancel);
        await File.WriteAllBytesAsync(part, content[..1_234_567], Cancel);
        await using var service = await HttpService.StartAsync(
            context => Results.File(file, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context));
        await using var gateway = await GatewayHost.StartAsync();

        var status = await CurlAsync(gateway, service, "/", protocol, "-C", "-", "-o", part, "-w", "%{http_code} %{size_download}");

        Assert.Equal($"206 {3_000_000 - 1_234_567}", status);
        Assert.Equal(content, await File.ReadAllBytesAsync(part, Cancel));
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task Events_EachOne_ArrivesBeforeTheNextIsSent(string protocol)
    {
        var next = new SemaphoreSlim(1);
        await using var service = await HttpService.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var number = 0; number < 5; number++)
            {
                await next.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync($"data: {number}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
        await using var gateway = await GatewayHost.StartAsync();
        var url = gateway.UrlOf(gateway.Expose(service.Port), service.Port);
        using var curl = Process.Start(new ProcessStartInfo(
            "curl", ["-sSN", protocol, "--cacert", gateway.CertificatePath, $"{url}"]) { RedirectStandardOutput = true })!;

        for (var number = 0; number < 5; number++)
        {
            Assert.Equal($"data: {number}", await curl.StandardOutput.ReadLineAsync(Cancel));
            Assert.Equal("", await curl.StandardOutput.ReadLineAsync(Cancel));
            next.Release();
        }

        await curl.WaitForExitAsync(Cancel);
        Assert.Equal(0, curl.ExitCode);
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    [Trait("Load", "transfers")]
    public async Task Transfer_LargeBodies_ArriveWholeInConstantMemory(string protocol)
    {
        await using var console = await DemoConsole.StartAsync(DemoConsole.OftenCollected);
        await TransferAsync(console, protocol, WarmUpSize);
        var (before, peak) = (console.Memory, 0L);

        var transfers = TransferAsync(console, protocol, TransferSize);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!transfers.IsCompleted && await timer.WaitForNextTickAsync(Cancel))
        {
            peak = Math.Max(peak, console.Memory);
        }

        var (received, sent) = await transfers;
        var growth = peak - before;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{protocol}: {TransferSize >> 20} MiB each way, memory grew by {growth / 1048576.0:0.0} MiB at the most");
        Assert.Equal(TransferSize, received);
        Assert.Equal(TransferSize, sent);
        Assert.InRange(growth, long.MinValue, MostGrowth);
    }

    // Up, and then down.
    private static async Task<(long Received, long Sent)> TransferAsync(DemoConsole console, string protocol, long size)
    {
        using var directory = new TempDirectory();
        var file = directory.File("large");
        await using (var large = File.Create(file))
        {
            large.SetLength(size);
        }

        string[] arguments = ["-sS", protocol, "--cacert", console.CertificatePath];
        var answer = await RealProgram.OutputOfAsync("curl", [.. arguments, "-T", file, $"{console.UrlOf("/upload")}"]);
        var count = await RealProgram.OutputOfAsync(
            "curl", [.. arguments, "-o", "/dev/null", "-w", "%{size_download}", $"{console.UrlOf($"/download?bytes={size}")}"]);
        return ((long)JsonNode.Parse(answer)!["bytes"]!, long.Parse(count, CultureInfo.InvariantCulture));
    }

    private static Task<string> CurlAsync(GatewayHost gateway, HttpService service, string path, params string[] arguments)
    {
        var podId = gateway.Expose(service.Port);
        return RealProgram.OutputOfAsync(
            "curl", ["-sS", "--cacert", gateway.CertificatePath, .. arguments, $"{gateway.UrlOf(podId, service.Port, path)}"]);
    }
}
