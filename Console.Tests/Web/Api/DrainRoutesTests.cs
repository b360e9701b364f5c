using System.Net;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Drains for programs, on a real pod whose connection the test holds.</summary>
public sealed class DrainRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private ApiClient Client => console.Client;

    [Fact]
    public async Task Drain_OpenConnection_IsToldTakenBackAndDoneWhenTheConnectionHasEnded()
    {
        var id = (await DemoPods.DeployAsync(console.Host)).Value;
        var mapping = (await Client.WaitForAsync(id, "RUNNING"))["runtime"]!["ports"]![0]!;
        using var other = await ApiClient.OfNewUserAsync(console.Host);
        using (var connection = await EchoConnection.OpenAsync($"{mapping["ip"]}:{mapping["public"]}"))
        {
            await connection.VerifyAsync("hello");
            Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync($"/pods/{id}/drain", """{"action":"stop"}""")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/pods/{id}/drain")).Status);

            var begun = await Client.PostAsync($"/pods/{id}/drain", """{"action":"terminate"}""");

            Assert.Equal(HttpStatusCode.Accepted, begun.Status);
            Assert.Equal(("terminate", 1), ((string)begun.Body!["action"]!, (int)begun.Body["openConnections"]!));
            Assert.NotEmpty(begun.Body["ports"]!.AsArray());
            Assert.Equal(HttpStatusCode.Conflict, (await Client.PostAsync($"/pods/{id}/drain", """{"action":"stop"}""")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/pods/{id}/drain")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"/pods/{id}/drain")).Status);
            Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/pods/{id}/drain")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await Client.DeleteAsync($"/pods/{id}/drain")).Status);
            await connection.VerifyAsync("still here");
            Assert.Equal(HttpStatusCode.Accepted, (await Client.PostAsync($"/pods/{id}/drain", """{"action":"stop"}""")).Status);
            await connection.VerifyAsync("and still");
        }

        await Client.WaitForAsync(id, "EXITED");
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/pods/{id}/drain")).Status);
    }

    [Fact]
    public async Task Drain_RemovePorts_TakesThemAwayAndKeepsTheOthers()
    {
        var id = (string)(await Client.CreateRunningAsync("""["8888/http","22/tcp"]"""))["id"]!;
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.PostAsync($"/pods/{id}/drain", """{"action":"remove-ports","ports":["23/tcp"]}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Client.PostAsync($"/pods/{id}/drain", """{"action":"remove-ports"}""")).Status);

        var begun = await Client.PostAsync($"/pods/{id}/drain", """{"action":"remove-ports","ports":["22/tcp"]}""");

        Assert.Equal(["22/tcp"], begun.Body!["ports"]!.AsArray().Select(port => (string)port!));
        await Eventually.TrueAsync(
            async () => (await Client.GetAsync($"/pods/{id}")).Body!["ports"]!.AsArray() is [{ } only] && (string)only! == "8888/http", "the port is gone");
    }
}
