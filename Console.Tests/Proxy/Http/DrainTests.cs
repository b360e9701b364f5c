using System.Net;
using Microsoft.AspNetCore.Http;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>What an edit, a stop or a shutdown does to requests that are under way.</summary>
public sealed class DrainTests : IAsyncDisposable
{
    private readonly SemaphoreSlim _next = new(0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _next.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Set_PortRemoved_RefusesNewRequestsAndAnOpenStreamOnAnotherPortLivesOn()
    {
        await using var kept = await HttpService.StartAsync(StreamAsync);
        await using var removed = await HttpService.StartAsync(context => context.Response.WriteAsync("removed"));
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.Zero);
        var podId = gateway.Expose(kept.Port, removed.Port);
        using var client = gateway.NewClient();
        Assert.Equal("removed", await client.GetStringAsync(gateway.UrlOf(podId, removed.Port), Cancel));
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, kept.Port));

        gateway.Set(podId, kept.Port);

        using var refused = await client.GetAsync(gateway.UrlOf(podId, removed.Port), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        _next.Release();
        Assert.Equal("more", await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task Set_PortDrains_RefusesNewRequestsWhileOpenOnesGoOnAndServesThemAgainWhenTakenBack()
    {
        await using var service = await HttpService.StartAsync(StreamAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, service.Port));

        gateway.Serve(podId, WantedRoute.Open(service.Port) with { IsDraining = true });

        using var refused = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 30.0), (refused.StatusCode, refused.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0));
        Assert.Contains("takes no new requests", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1, gateway.Routes.CountRequests(podId, service.Port));
        _next.Release();
        Assert.Equal("more", await reader.ReadLineAsync(Cancel));

        gateway.Set(podId, service.Port);

        using var again = await OpenAsync(client, gateway.UrlOf(podId, service.Port));
        _next.Release(2);
        Assert.Equal("more", await again.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task Set_PortThatDrainedRemoved_GrantsNoMore()
    {
        await using var service = await HttpService.StartAsync(StreamAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromHours(1));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, service.Port));
        gateway.Serve(podId, WantedRoute.Open(service.Port) with { IsDraining = true });

        gateway.Set(podId);

        await Assert.ThrowsAnyAsync<IOException>(async () => await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task Set_PortRemoved_RequestInFlightEndsWithinTheDrain()
    {
        await using var service = await HttpService.StartAsync(StreamAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, service.Port));

        gateway.Set(podId);

        _next.Release(2);
        Assert.Equal("more", await reader.ReadLineAsync(Cancel));
        Assert.Equal("more", await reader.ReadLineAsync(Cancel));
        Assert.Null(await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task Set_PortRemoved_RequestInFlightIsCutAfterTheDrain()
    {
        await using var service = await HttpService.StartAsync(StreamAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(100));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, service.Port));

        gateway.Set(podId);

        await Assert.ThrowsAnyAsync<IOException>(async () => await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task Set_AddressWithdrawn_RequestBeforeItsAnswerIs502AfterTheDrain()
    {
        await using var service = RawService.Start(connection => connection.HangAsync());
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(100));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        var pending = client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);
        await Eventually.TrueAsync(() => gateway.Routes.CountRequests(podId, service.Port) == 1, "the request is in flight");

        gateway.Routes.Set(gateway.NewPod(podId, PodStatus.Exited, null, WantedRoute.Open(service.Port)));

        using var response = await pending;
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("withdrawn", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var later = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, later.StatusCode);
    }

    [Fact]
    public async Task Set_ThousandsOfEditsUnderTraffic_LoseNoRequestOnAKeptPort()
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var done = new CancellationTokenSource();
        var edits = Task.Run(
            () =>
            {
                for (var i = 0; !done.IsCancellationRequested; i++)
                {
                    gateway.Set(podId, service.Port, 1 + (i % 1000));
                }
            },
            Cancel);

        for (var i = 0; i < 500; i++)
        {
            Assert.Equal("ok", await client.GetStringAsync(gateway.UrlOf(podId, service.Port), Cancel));
        }

        await done.CancelAsync();
        await edits;
    }

    [Fact]
    public async Task Drain_ConsoleStops_NewRequestsAre503()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(4000);
        using var client = gateway.NewClient();

        gateway.Routes.Drain();

        using var response = await client.GetAsync(gateway.UrlOf(podId, 4000), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("stopping", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    public async Task Drain_PodGetsAPortOrMovesMeanwhile_ItsNewRoutesAre503Too(string address)
    {
        await using var service = await HttpService.StartAsync(context => context.Response.WriteAsync("served"), IPAddress.Parse(address));
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(4000);
        using var client = gateway.NewClient();

        gateway.Routes.Drain();
        gateway.Routes.Set(gateway.NewPod(podId, PodStatus.Running, IPAddress.Parse(address), WantedRoute.Open(4000), WantedRoute.Open(service.Port)));

        using var response = await client.GetAsync(gateway.UrlOf(podId, service.Port), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("stopping", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Stop_StreamOpen_IsCutAfterTheDrainAndTheGatewayEnds(string version)
    {
        await using var service = await HttpService.StartAsync(StreamAsync);
        await using var gateway = await GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.FromMilliseconds(300));
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient(Version.Parse(version));
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, service.Port));

        var stopping = gateway.StopAsync();
        _next.Release();
        Assert.Equal("more", await reader.ReadLineAsync(Cancel));

        await Assert.ThrowsAnyAsync<Exception>(async () => await reader.ReadLineAsync(Cancel));
        await stopping.WaitAsync(Eventually.Deadline, Cancel);
    }

    [Fact]
    public async Task Stop_RequestInFlight_IsAnsweredWhole()
    {
        await using var service = await HttpService.StartAsync(StreamAsync);
        await using var gateway = await GatewayHost.StartAsync();
        var podId = gateway.Expose(service.Port);
        using var client = gateway.NewClient();
        using var reader = await OpenAsync(client, gateway.UrlOf(podId, service.Port));

        var stopping = gateway.StopAsync();
        _next.Release(2);

        Assert.Equal("more\nmore\n", await reader.ReadToEndAsync(Cancel));
        await stopping.WaitAsync(Eventually.Deadline, Cancel);
    }

    // Sends a line at once, then two more, each when the test says so.
    private async Task StreamAsync(HttpContext context)
    {
        await context.Response.WriteAsync("start\n");
        for (var i = 0; i < 2; i++)
        {
            await context.Response.Body.FlushAsync();
            await _next.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("more\n");
        }
    }

    private static async Task<StreamReader> OpenAsync(HttpClient client, Uri url)
    {
        var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("start", await reader.ReadLineAsync(Cancel));
        return reader;
    }
}
