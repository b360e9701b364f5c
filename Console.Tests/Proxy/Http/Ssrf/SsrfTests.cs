using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Ssrf;

/// <summary>
/// Whatever a request names, and wherever it names it, the gateway connects to the pod that its host name stands for, or to
/// nothing. Each test tries every one of <see cref="ForbiddenTargets"/>.
/// </summary>
public sealed class SsrfTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: {host}\r\n";
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string Http2 = ":method GET\n:scheme https\n";

    [Fact]
    [Trait("Load", "ssrf")]
    public Task Http1_Host_IsNeverDialled() => TryAsync(
    [
        "GET / HTTP/1.1\r\nHost: {target}\r\n",
        "GET / HTTP/1.1\r\nHost: {host}\r\nHost: {target}\r\n",
        "GET / HTTP/1.1\r\nHost: {target}\r\nHost: {host}\r\n",
        "GET / HTTP/1.1\r\nHost: {host}, {target}\r\n",
        "GET / HTTP/1.1\r\nHost: {host}\r\n\t{target}\r\n",
        "GET / HTTP/1.1\r\nHost: {host}@{target}\r\n",
        "GET / HTTP/1.1\r\nHost: {target}@{host}\r\n",
        "GET / HTTP/1.1\r\nHost: {host}#@{target}\r\n",
        "GET / HTTP/1.1\r\nHost: {target}#.{host}\r\n",
        "GET / HTTP/1.1\r\nHost: {target}/.{host}\r\n",
        "GET / HTTP/1.1\r\nHost: {target}.{host}\r\n",
        "GET / HTTP/1.0\r\nHost: {target}\r\n",
        "GET / HTTP/1.1\r\nHost: {target}\r\n" + Upgrade,
    ]);

    [Fact]
    [Trait("Load", "ssrf")]
    public Task Http1_Target_IsNeverDialled() => TryAsync(
    [
        "GET http://{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET https://{target}/ HTTP/1.1\r\nHost: {target}\r\n",
        "GET http://{host}@{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET http://{target}@{host}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET http://{host}:80@{target}/ HTTP/1.1\r\nHost: {target}\r\n",
        "GET file://{target}/console.db HTTP/1.1\r\nHost: {host}\r\n",
        "GET gopher://{target}/_ HTTP/1.1\r\nHost: {host}\r\n",
        "GET @{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET :80@{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET {target} HTTP/1.1\r\nHost: {host}\r\n",
        "GET //{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET /\\{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET /@{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET /../../../{target} HTTP/1.1\r\nHost: {host}\r\n",
        "GET /http://{target}/?url=http://{target}/ HTTP/1.1\r\nHost: {host}\r\n",
        "GET //{target}/ HTTP/1.1\r\nHost: {host}\r\n" + Upgrade,
        "OPTIONS * HTTP/1.1\r\nHost: {target}\r\n",
        "CONNECT {target} HTTP/1.1\r\nHost: {host}\r\n",
        "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n",
        "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: {target}\r\n",
    ]);

    [Fact]
    [Trait("Load", "ssrf")]
    public Task Http1_Header_IsNeverDialled() => TryAsync(
    [
        Get + "X-Forwarded-Host: {target}\r\nX_Forwarded_Host: {target}\r\nX-Forwarded-Server: {target}\r\nX-Forwarded-For: {target}\r\n",
        Get + "Forwarded: for={target};host={target};by={target}\r\nX-Host: {target}\r\nX-HTTP-Host-Override: {target}\r\n",
        Get + "X-Original-URL: http://{target}/\r\nX-Rewrite-URL: http://{target}/\r\nX-Original-Host: {target}\r\n",
        Get + "Proxy: http://{target}/\r\nProxy-Connection: {target}\r\nVia: 1.1 {target}\r\nX-Real-IP: {target}\r\n",
        Get + "Destination: http://{target}/\r\nReferer: http://{target}/\r\nOrigin: http://{target}\r\nAlt-Used: {target}\r\n",
        Get + "Connection: Host\r\n",
        Get + Upgrade + "X-Forwarded-Host: {target}\r\nOrigin: http://{target}\r\n",
    ]);

    [Fact]
    [Trait("Load", "ssrf")]
    public Task Http1_Label_LeadsToItsPodAlone() => TryAsync(
    [
        "GET / HTTP/1.1\r\nHost: {id}-{trap}.proxy.localhost\r\n",
        "GET / HTTP/1.1\r\nHost: {id}-{console}.proxy.localhost\r\n",
        "GET / HTTP/1.1\r\nHost: {id}-{service}@{target}.proxy.localhost\r\n",
        "GET / HTTP/1.1\r\nHost: {id}-{target}.proxy.localhost\r\n",
        "GET / HTTP/1.1\r\nHost: {target}-{service}.proxy.localhost\r\n",
        "GET / HTTP/1.1\r\nHost: {target}.{id}-{service}.proxy.localhost\r\n",
        "GET / HTTP/1.1\r\nHost: {id}-{service}.{target}\r\n",
        "GET / HTTP/1.1\r\nHost: {id}-{service}.proxy.localhost.{target}\r\n",
        "GET / HTTP/1.1\r\nHost: {id}-{service}.proxy.localhost:{trap}\r\n",
    ]);

    [Fact]
    [Trait("Load", "ssrf")]
    public Task Http2_Request_IsNeverDialled() => TryAsync(
    [
        Http2 + ":authority {target}\n:path /",
        Http2 + ":authority {target}\n:path /\nhost {host}",
        Http2 + ":authority {host}\n:path /\nhost {target}",
        Http2 + ":authority {host}\n:authority {target}\n:path /",
        Http2 + ":path /\nhost {target}",
        Http2 + ":authority {host}@{target}\n:path /",
        Http2 + ":authority {target}@{host}\n:path /",
        Http2 + ":authority {host},{target}\n:path /",
        Http2 + ":authority {host}\n:path http://{target}/",
        Http2 + ":authority {host}\n:path @{target}/",
        Http2 + ":authority {host}\n:path //{target}/",
        Http2 + ":authority {host}\n:path {target}",
        ":method GET\n:scheme http\n:authority {target}\n:path /",
        ":method GET\n:scheme file\n:authority {host}\n:path //{target}/",
        ":method GET\n:scheme http://{target}/?\n:authority {host}\n:path /",
        ":method GET http://{target}/\n:scheme https\n:authority {host}\n:path /",
        ":method CONNECT\n:authority {target}",
        ":method CONNECT\n:authority {host}\nx-forwarded-host {target}",
        ":method CONNECT\n:protocol websocket\n:scheme https\n:authority {target}\n:path /\nsec-websocket-version 13",
        ":method CONNECT\n:protocol websocket\n:scheme https\n:authority {host}\n:path //{target}/\nsec-websocket-version 13",
        ":method CONNECT\n:protocol connect-udp\n:scheme https\n:authority {host}\n:path /.well-known/masque/udp/{target}/",
        ":method CONNECT\n:protocol connect-tcp\n:scheme https\n:authority {target}\n:path /",
        Http2 + ":authority {host}\n:path /\nx-forwarded-host {target}\nforwarded host={target}\nx-original-url http://{target}/\nproxy {target}",
    ], overHttp2: true);

    [Fact]
    public async Task Answer_OfThePod_IsHandedOnAndNeverFollowed()
    {
        var targets = new ConcurrentQueue<string>();
        await using var pod = await GuardedPod.StartAsync(context =>
        {
            Assert.True(targets.TryDequeue(out var target));
            var headers = context.Response.Headers;
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            headers.Location = headers.ContentLocation = $"http://{target}/";
            headers["Refresh"] = $"0; url=http://{target}/";
            headers.Link = $"<http://{target}/>; rel=preload";
            headers.AltSvc = $"h2=\"{target}\"";
            headers["X-Accel-Redirect"] = headers["X-Sendfile"] = headers["X-Reproxy-URL"] = target;
            return Task.CompletedTask;
        });

        foreach (var target in pod.Targets)
        {
            targets.Enqueue(target);
            Assert.Equal(StatusCodes.Status307TemporaryRedirect, await pod.SendAsync("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", target));
        }

        await pod.VerifyAsync();
    }

    // Quick runs give each target to every fifth way only, another fifth to each; all ways together try all targets.
    private static async Task TryAsync(string[] ways, bool overHttp2 = false)
    {
        await using var pod = await GuardedPod.StartAsync();
        var step = LoadSize.Of(5, 1);
        var tries = ways.Index().SelectMany(way => pod.Targets.Index()
            .Where(target => (target.Index + way.Index) % step == 0).Select(target => (Way: way.Item, Target: target.Item)));
        await Parallel.ForEachAsync(tries, TestContext.Current.CancellationToken, async (attempt, _) =>
        {
            var status = overHttp2
                ? await pod.SendOverHttp2Async(attempt.Way, attempt.Target)
                : await pod.SendAsync($"{attempt.Way}\r\n", attempt.Target);

            // A fault would mean that the gateway had tried something.
            Assert.True(status < StatusCodes.Status500InternalServerError, $"{attempt.Way} {attempt.Target}: {status}");
        });
        await pod.VerifyAsync();
    }
}
