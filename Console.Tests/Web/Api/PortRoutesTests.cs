using System.Net;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>The ports of a pod in detail, and a reset, for programs.</summary>
public sealed class PortRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private ApiClient Client => console.Client;

    [Fact]
    public async Task Ports_RunningPod_TellsAddressStateAndAccess()
    {
        var pod = await DemoPods.DeployAsync(console.Host, "4000", "70000");

        var ports = (await Client.GetAsync($"/pods/{pod}/ports")).Body!["ports"]!.AsArray();

        Assert.Equal(["4000/http", "70000/tcp"], ports.Select(port => (string)port!["port"]!));
        var (http, tcp) = (ports[0]!, ports[1]!);
        Assert.Equal(console.Host.UrlOf(pod.Value, 4000).AbsoluteUri, (string)http["url"]!);
        Assert.Equal(("http", 4000, null), ((string)http["type"]!, (int)http["private"]!, http["public"]));
        Assert.Equal(("LIVE", "READY", ""), ((string)http["state"]!, (string)http["health"]!, (string)http["reason"]!));
        Assert.Equal(("EVERYONE", "Anyone with the address"), ((string)http["access"]!["audience"]!, (string)http["access"]!["summary"]!));
        Assert.True((bool)tcp["symmetrical"]!);
        Assert.Equal((int)tcp["public"]!, (int)tcp["private"]!);
        var mapping = (await Client.GetAsync($"/pods/{pod}")).Body!["runtime"]!["ports"]![0]!;
        Assert.Equal(((string)mapping["ip"]!, (int)mapping["public"]!), ((string)tcp["ip"]!, (int)tcp["public"]!));
    }

    [Fact]
    public async Task Reset_RunningPod_GivesItOtherNumbersAndRunsItAgain()
    {
        var pod = await Client.CreateRunningAsync("""["22/tcp"]""");
        var before = (int)pod["runtime"]!["ports"]![0]!["public"]!;

        var reset = await Client.PostAsync($"/pods/{pod["id"]}/reset", "");

        Assert.Equal(HttpStatusCode.OK, reset.Status);
        var after = await Client.WaitForAsync((string)pod["id"]!, "RUNNING");
        Assert.NotEqual(before, (int)after["runtime"]!["ports"]![0]!["public"]!);
    }

    [Fact]
    public async Task Reset_Locked_IsRefused()
    {
        var id = (string)(await Client.CreateRunningAsync("[]"))["id"]!;
        await Client.PatchAsync($"/pods/{id}", """{"locked":true}""");

        Assert.Equal(HttpStatusCode.Conflict, (await Client.PostAsync($"/pods/{id}/reset", "")).Status);
    }

    [Fact]
    public async Task Routes_NotOnesOwn_AreNotFound()
    {
        var id = (string)(await Client.CreateRunningAsync("[]"))["id"]!;
        using var other = await ApiClient.OfNewUserAsync(console.Host);

        foreach (var path in new[] { $"/pods/{id}", "/pods/nope%2Fzz" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{path}/ports")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"{path}/reset", "")).Status);
        }
    }
}
