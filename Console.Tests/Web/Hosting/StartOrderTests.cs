using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Hosting;

/// <summary>A console that starts serves what is saved of its pods before it has seen to itself.</summary>
public sealed class StartOrderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_AdministratorCannotBeCheckedYet_ServesPodsAndHoldsTheConsole()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var api = ApiClient.Of(host);
        var pod = await api.CreateRunningAsync();
        var tcp = pod["runtime"]!["ports"]!.AsArray().Single(port => (string)port!["type"]! == "tcp")!;
        var database = host.Paths.Database;
        await host.StopAsync();
        await using var writer = new SqliteConnection($"Data Source={database};Pooling=False");
        await writer.OpenAsync(Cancelled);
        var writing = writer.BeginTransaction();

        var starting = host.RestartAsync();
        await Eventually.TrueAsync(() => EchoesAsync($"{tcp["ip"]}:{tcp["public"]}"), "the pod's TCP port is served");
        using var client = host.NewClient();
        await Eventually.TrueAsync(async () => await StatusAsync(client, host.UrlOf((string)pod["id"]!, 4000)) == HttpStatusCode.OK, "its page is served");
        var held = api.GetAsync("/pods");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(client, "/health/ready"));
        Assert.False(held.IsCompleted);
        Assert.False(starting.IsCompleted);

        await writing.RollbackAsync(Cancelled);
        await starting;
        Assert.Equal(HttpStatusCode.OK, (await held).Status);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/health/ready"));
    }

    private static Task<HttpStatusCode> StatusAsync(HttpClient client, string path) => StatusAsync(client, new Uri(path, UriKind.Relative));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Uri url)
    {
        try
        {
            using var answer = await client.GetAsync(url, Cancelled);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0; // It does not listen yet.
        }
    }

    private static async Task<bool> EchoesAsync(string address)
    {
        try
        {
            using var echo = await EchoConnection.OpenAsync(address);
            await echo.VerifyAsync("served");
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false; // Not open yet, or its pod is not found again yet.
        }
    }
}
