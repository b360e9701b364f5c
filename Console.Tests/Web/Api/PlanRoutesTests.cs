using System.Net;
using System.Text.Json.Nodes;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Whether ports would fit, for programs.</summary>
public sealed class PlanRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private ApiClient Client => console.Client;

    [Fact]
    public async Task Plan_NewPod_ProposesEachMapping()
    {
        var plan = await Client.PostAsync("/ports/plan", """{"cloud":"SECURE","ports":["4000/http","22/tcp","70000/tcp"]}""");

        Assert.Equal(HttpStatusCode.OK, plan.Status);
        Assert.True((bool)plan.Body!["fits"]!);
        Assert.Equal($"1 symmetrical + 1 ordinary TCP ports fit on {plan.Body["ip"]}.", (string)plan.Body["detail"]!);
        var ports = plan.Body["ports"]!.AsArray();
        Assert.Equal(["22/tcp", "70000/tcp"], ports.Select(port => (string)port!["port"]!));
        Assert.Equal(22, (int)ports[0]!["private"]!);
        Assert.Equal((int)ports[1]!["public"]!, (int)ports[1]!["private"]!);
        Assert.All(ports, port => Assert.False((bool)port!["kept"]!));
    }

    [Fact]
    public async Task Plan_EditOfAPod_TellsWhatIsKept()
    {
        var pod = await Client.CreateRunningAsync("""["22/tcp"]""");

        var plan = await Client.PostAsync("/ports/plan", $$"""{"podId":"{{pod["id"]}}","ports":["22/tcp","23/tcp"]}""");

        var kept = plan.Body!["ports"]!.AsArray().Single(port => (bool)port!["kept"]!)!;
        Assert.Equal(("22/tcp", (int)pod["runtime"]!["ports"]![0]!["public"]!), ((string)kept["port"]!, (int)kept["public"]!));
    }

    [Fact]
    public async Task Plan_EditThatResets_KeepsNothing()
    {
        var pod = await Client.CreateRunningAsync("""["22/tcp"]""");

        var plan = await Client.PostAsync("/ports/plan", $$"""{"podId":"{{pod["id"]}}","ports":["22/tcp"],"reset":true}""");

        var planned = Assert.Single(plan.Body!["ports"]!.AsArray())!;
        Assert.False((bool)planned["kept"]!);
        Assert.NotEqual((int)pod["runtime"]!["ports"]![0]!["public"]!, (int)planned["public"]!);
    }

    [Fact]
    public async Task Plan_StoppedPod_FitsWithoutNumbers()
    {
        var id = (string)(await Client.CreateRunningAsync("""["22/tcp"]"""))["id"]!;
        await Client.PostAsync($"/pods/{id}/action", """{"action":"stop"}""");
        await Client.WaitForAsync(id, "EXITED");

        var plan = await Client.PostAsync("/ports/plan", $$"""{"podId":"{{id}}","ports":["22/tcp","70000/tcp"]}""");

        Assert.True((bool)plan.Body!["fits"]!);
        Assert.Empty(plan.Body["ports"]!.AsArray());
    }

    [Fact]
    public async Task Plan_TooManyPorts_SaysWhyTheyDoNotFit()
    {
        await using var host = await ConsoleHost.StartAsync("Gateway:TcpPortRange=21000-21001");
        using var client = ApiClient.Of(host);

        var plan = await client.PostAsync("/ports/plan", """{"cloud":"SECURE","ports":["22/tcp","23/tcp","70000/tcp"]}""");

        Assert.Equal((HttpStatusCode.OK, false), (plan.Status, (bool)plan.Body!["fits"]!));
        Assert.Contains("of 2, 0 are leased, 0 in quarantine and 2 free", plan.Detail, StringComparison.Ordinal);
        Assert.Empty(plan.Body["ports"]!.AsArray());
    }

    [Theory]
    [InlineData("""{}""", "$: missing property 'ports'")]
    [InlineData("""{"ports":["65600/tcp"]}""", "$.ports: 65600 is neither a port")]
    [InlineData("""{"ports":["22"]}""", "$.ports: '22' is not a port with its protocol")]
    [InlineData("""{"ports":[],"shape":1}""", "$: additional properties 'shape' not allowed")]
    public async Task Plan_WrongBody_NamesWhatIsWrong(string body, string error)
    {
        var answer = await Client.PostAsync("/ports/plan", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.StartsWith(error, Assert.Single(answer.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_PodOfAnother_IsNotFound()
    {
        var pod = await Client.CreateRunningAsync("""["22/tcp"]""");
        using var other = await ApiClient.OfNewUserAsync(console.Host);

        Assert.Equal(HttpStatusCode.NotFound, (await PlanAsync(other, pod)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync("/ports/plan", """{"podId":"nope","ports":[]}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PlanAsync(Client, pod)).Status);
    }

    private static Task<ApiAnswer> PlanAsync(ApiClient client, JsonNode pod) =>
        client.PostAsync("/ports/plan", $$"""{"podId":"{{pod["id"]}}","ports":["22/tcp"]}""");
}
