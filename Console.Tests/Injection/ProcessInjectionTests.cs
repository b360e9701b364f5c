using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Injection;

/// <summary>Hostile texts through the REST API of a real console: to a real process, and in every part of an address.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessInjectionTests : IAsyncLifetime
{
    private readonly TempDirectory _canaries = new();
    private ConsoleHost _host = null!;
    private ApiClient _program = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Canary => _canaries.File("made");

    public async ValueTask InitializeAsync()
    {
        _host = await ConsoleHost.StartAsync();
        _program = ApiClient.Of(_host);
    }

    [Fact]
    public async Task Pod_HostileArgumentsAndVariables_ReachItsProcessByteForByte()
    {
        var texts = HostileTexts.All(Canary).Where(text => !text.Contains('\0')).ToArray();
        Assert.True(texts.Length >= 100);
        string[] arguments = ["-c", "while :; do sleep 60; done", .. texts];
        var variables = texts.Chunk((texts.Length / 40) + 1).Select(chunk => string.Join('|', chunk)).ToArray();
        var body = new JsonObject
        {
            ["name"] = "hostile",
            ["image"] = "/bin/sh",
            ["args"] = CommandLine.Join(arguments),
            ["env"] = new JsonObject(variables.Select((value, index) => KeyValuePair.Create($"HOSTILE_{index}", (JsonNode?)value))),
        };

        var created = await _program.PostAsync("/pods", body.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var podId = (string)created.Body!["id"]!;
        await _program.WaitForAsync(podId, "RUNNING");

        var instance = await _host.Services.GetRequiredService<IPodRuntime>().InspectAsync(PodId.Parse(podId), Cancelled);
        var command = await File.ReadAllBytesAsync($"/proc/{instance!.ProcessId}/cmdline", Cancelled);
        var environment = Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"/proc/{instance.ProcessId}/environ", Cancelled)).Split('\0');
        Assert.Equal(Encoding.UTF8.GetBytes(string.Join('\0', ["/bin/sh", .. arguments, ""])), command);
        Assert.All(variables.Index(), item => Assert.Contains($"HOSTILE_{item.Index}={item.Item}", environment));
        Assert.False(File.Exists(Canary));
        Assert.Equal(["tmp"], Directory.EnumerateFileSystemEntries(Path.Combine(_host.Paths.Pods, podId, "disk-1")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Address_HostileParts_SplitNoHeaderLeadNowhereAndFailNothing()
    {
        using var browser = await _host.NewSignedInClientAsync();
        foreach (var text in HostileTexts.All(Canary))
        {
            var part = Uri.EscapeDataString(text.Length > 500 ? text[..500] : text);
            foreach (var path in new[]
            {
                $"/v2/pods/{part}", $"/v2/audit?text={part}&kind={part}", $"/v2/catalog/templates?source={part}", $"/open/{part}?state={part}",
                $"/sign-in?returnUrl={part}", $"/pods/{part}?tab={part}",
            })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Add("Authorization", $"Bearer {ConsoleHost.ApiKey}");
                using var answer = await browser.SendAsync(request, Cancelled);

                Assert.True((int)answer.StatusCode < 500, $"{path}: {answer.StatusCode}");
                Assert.False(answer.Headers.Contains("X-Injected"), path);
                Assert.True(answer.Headers.Location is not { IsAbsoluteUri: true } target || target.Authority == _host.Url.Authority, $"{path}: {answer.Headers.Location}");
            }
        }

        Assert.False(File.Exists(Canary));
    }

    public async ValueTask DisposeAsync()
    {
        _program.Dispose();
        await _host.DisposeAsync();
        _canaries.Dispose();
    }
}
