using System.Net;
using PodConsole.Tests.EndToEnd;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>Live connections for programs.</summary>
public sealed class ConnectionRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    [Fact]
    public async Task Delete_Connection_ListsItAndEndsItForItsOwnerAlone()
    {
        var pod = await DemoPods.DeployAsync(console.Host);
        var mapping = (await console.Client.WaitForAsync(pod.Value, "RUNNING"))["runtime"]!["ports"]![0]!;
        using var connection = await EchoConnection.OpenAsync($"{mapping["ip"]}:{mapping["public"]}");
        await connection.VerifyAsync("hello");
        using var other = await ApiClient.OfNewUserAsync(console.Host);

        var listed = await console.Client.GetAsync("/connections");

        var found = Assert.Single(listed.Body!["connections"]!.AsArray())!;
        var id = (string)found["id"]!;
        Assert.Equal((pod.Value, "tcp", 5L), ((string)found["podId"]!, (string)found["protocol"]!, (long)found["bytesUp"]!));
        Assert.Empty((await other.GetAsync("/connections")).Body!["connections"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync($"/connections/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await console.Client.DeleteAsync("/connections/none")).Status);
        await connection.VerifyAsync("still here");
        Assert.Equal(HttpStatusCode.NoContent, (await console.Client.DeleteAsync($"/connections/{id}")).Status);
        Assert.Equal("reset", await connection.ReadEndAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await console.Client.DeleteAsync($"/connections/{id}")).Status);
    }
}
