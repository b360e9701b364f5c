using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>What a program inside a pod may do with the key that it finds in its environment.</summary>
public sealed class PodKeyRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    [Fact]
    public async Task KeyOfAPod_ReadsAndStopsItsPod_AndNothingElse()
    {
        var other = (string)(await console.Client.CreateRunningAsync(name: "other"))["id"]!;
        var id = await CreateTellingAsync();
        using var pod = new ApiClient(console.Host, await ReadKeyAsync(id));

        Assert.Equal(id, (string)(await pod.GetAsync($"/pods/{id}")).Body!["id"]!);
        Assert.Equal(HttpStatusCode.OK, (await pod.GetAsync($"/pods/{id}/ports")).Status);
        Assert.Equal(HttpStatusCode.OK, (await pod.GetAsync($"/pods/{id}/mappings")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await pod.GetAsync($"/pods/{other}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await pod.GetAsync($"/pods/{other}/logs")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await pod.PostAsync($"/pods/{other}/action", """{"action":"stop"}""")).Status);
        ApiAnswer[] refused =
        [
            await pod.GetAsync("/pods"),
            await pod.PostAsync("/pods", "{}"),
            await pod.PatchAsync($"/pods/{id}", """{"name":"mine"}"""),
            await pod.DeleteAsync($"/pods/{id}"),
            await pod.PostAsync($"/pods/{id}/action", """{"action":"restart"}"""),
            await pod.PostAsync($"/pods/{id}/action", """{"action":"terminate"}"""),
            await pod.PostAsync($"/pods/{other}/action", """{"action":"terminate"}"""),
            await pod.PostAsync($"/pods/{id}/reset", "{}"),
            await pod.PostAsync($"/pods/{id}/migrate", "{}"),
            await pod.PostAsync("/ports/plan", """{"ports":[]}"""),
            await pod.GetAsync("/templates"),
            await pod.GetAsync("/catalog/templates"),
            await pod.GetAsync("/account/ssh-keys"),
            await pod.GetAsync("/connections"),
            await pod.GetAsync("/audit"),
            await pod.GetAsync("/nothing"),
        ];
        Assert.All(refused, answer => Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (answer.Status, answer.MediaType)));

        Assert.Equal(HttpStatusCode.OK, (await pod.PostAsync($"/pods/{id}/action", """{"action":"stop"}""")).Status);
        await console.Client.WaitForAsync(id, "EXITED");
    }

    [Fact]
    public async Task KeyOfAPod_AfterARestart_IsRefused()
    {
        var id = await CreateTellingAsync();
        using var before = new ApiClient(console.Host, await ReadKeyAsync(id));
        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync($"/pods/{id}")).Status);

        await console.Client.PostAsync($"/pods/{id}/action", """{"action":"restart"}""");

        await Eventually.TrueAsync(
            async () => (await before.GetAsync($"/pods/{id}")).Status == HttpStatusCode.Unauthorized, "the key of the first run is refused");
    }

    private async Task<string> CreateTellingAsync()
    {
        var created = await console.Client.PostAsync("/pods", """{"name":"telling","image":"sh","args":"-c 'printenv RUNPOD_API_KEY; exec sleep 600'"}""");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        return (string)created.Body!["id"]!;
    }

    // Out of the pod's own output: nowhere else is the key to be found.
    private async Task<string> ReadKeyAsync(string id)
    {
        var runtime = console.Host.Services.GetRequiredService<IPodRuntime>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Eventually.Deadline);
        await console.Client.WaitForAsync(id, "RUNNING");
        await foreach (var line in runtime.ReadLogsAsync(PodId.Parse(id), new() { Follow = true }, limit.Token))
        {
            if (line.Text.StartsWith(ApiSecret.Prefix, StringComparison.Ordinal))
            {
                return line.Text;
            }
        }

        throw new InvalidOperationException("The pod ended without telling its key.");
    }
}
