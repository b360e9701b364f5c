using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>A service that counts its requests behind a gateway, on a port that not everyone may reach.</summary>
internal sealed partial class RestrictedPort(GatewayHost gateway) : IAsyncDisposable
{
    private HttpService _service = null!;
    private int _requests;

    public GatewayHost Gateway { get; } = gateway;

    public PodId PodId { get; } = PodId.New();

    public int Port => _service.Port;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The headers of the last request that reached the service.</summary>
    public IHeaderDictionary? LastHeaders { get; private set; }

    public Uri Url => Gateway.UrlOf(PodId, Port);

    public PodVisits Visits => Gateway.Services.GetRequiredService<PodVisits>();

    public static Task<RestrictedPort> StartAsync(PortOptions options, params PortGrant[] grants) =>
        StartAsync(GatewayHost.StartAsync(), options, grants);

    /// <summary>Starts one whose requests in flight have no time to end when they are shut out.</summary>
    public static Task<RestrictedPort> StartWithoutDrainAsync(PortOptions options, params PortGrant[] grants) =>
        StartAsync(GatewayHost.StartAsync(settings => settings.DrainTimeout = TimeSpan.Zero), options, grants);

    public void Set(PortOptions options, params PortGrant[] grants) => Gateway.Serve(PodId, new WantedRoute(Port, options, grants));

    /// <summary>Sends a request to the port; the caller looks at the answer.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod? method = null, Uri? url = null, params (string Name, string Value)[] headers)
    {
        using var client = Gateway.NewClient();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, url ?? Url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpStatusCode> StatusAsync(params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(headers: headers);
        return answer.StatusCode;
    }

    /// <summary>The cookie a browser has after signing in as a user and coming back; null when it was not let in.</summary>
    public async Task<string?> VisitAsync(string userId, Func<Uri, Uri>? tamper = null, string? nonceCookie = null)
    {
        using var start = await SendAsync(url: new Uri(Url, VisitPages.Start));
        var nonce = CookieOf(start);
        var state = Uri.UnescapeDataString(start.Headers.Location!.Query["?state=".Length..]);
        if (Visits.Open($"{PodId}-{Port}", userId, "stamp", state, IPAddress.Loopback) is not { } target)
        {
            return null;
        }

        var enter = new Uri(Url, target.PathAndQuery);
        using var back = await SendAsync(url: tamper?.Invoke(enter) ?? enter, headers: ("Cookie", nonceCookie ?? nonce));
        return back.StatusCode == HttpStatusCode.Redirect ? CookieOf(back) : null;
    }

    public static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    /// <summary>An own answer without what differs between any two requests.</summary>
    public static async Task<string> TextOfAsync(HttpResponseMessage answer)
    {
        var headers = string.Join('\n', answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "X-Request-Id")).Select(header => $"{header.Key}: {string.Join(',', header.Value)}").Order());
        return RequestId().Replace($"{answer.StatusCode}\n{headers}\n{await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}", "?");
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _service.DisposeAsync();
    }

    private static async Task<RestrictedPort> StartAsync(Task<GatewayHost> gateway, PortOptions options, PortGrant[] grants)
    {
        var port = new RestrictedPort(await gateway);
        port._service = await HttpService.StartAsync(port.AnswerAsync);
        foreach (var user in new[] { GatewayHost.Owner, "other" })
        {
            port.Gateway.Visitors.Accounts[user] = new VisitorAccount("stamp", null);
        }

        port.Set(options, grants);
        return port;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        LastHeaders = new HeaderDictionary(context.Request.Headers.ToDictionary());
        await context.Response.WriteAsync("served");
        while (context.Request.Path == OpenStream.Path && !context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(10, context.RequestAborted);
            await context.Response.WriteAsync(".", context.RequestAborted);
        }
    }

    [GeneratedRegex("[A-Z0-9]{13}:[0-9A-F]{8}")]
    private static partial Regex RequestId();
}
