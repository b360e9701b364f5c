using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Exchanges;
using PodConsole.Tests.Support;
using Yarp.ReverseProxy.Forwarder;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>The page of connections in a browser, with as many as a busy gateway has.</summary>
public sealed class ManyConnectionsTests(Chromium chromium)
{
    private const int Count = 9000;

    [Fact]
    public async Task Page_NineThousandRows_HoldsTheFewInSightAndFollowsWhatComesAndGoes()
    {
        await using var visit = await Visit.StartAsync(chromium);
        var podId = await DemoPods.DeployAsync(visit.Host);
        var route = visit.Host.Services.GetRequiredService<RouteTable>().Find(podId, 4000)!;
        var open = new Queue<Exchange>(Enumerable.Range(0, Count).Select(_ => Begin(route)));

        await visit.GoAsync("/connections");
        var summary = visit.Page.Locator(".connections-summary");
        await Expect(summary).ToContainTextAsync("9,000 connections");
        var rows = visit.Page.Locator("table.connections tbody tr td:first-child a");
        await Expect(rows.First).ToBeVisibleAsync();
        Assert.InRange(await rows.CountAsync(), 5, 100);

        await visit.Page.Locator(".connections-frame").EvaluateAsync("frame => frame.scrollTop = frame.scrollHeight / 2");
        for (var turn = 0; turn < 5; turn++)
        {
            // A third of them change while the page looks.
            for (var index = 0; index < Count / 3; index++)
            {
                End(route, open.Dequeue());
                open.Enqueue(Begin(route));
            }

            Assert.InRange(await rows.CountAsync(), 0, 100);
        }

        End(route, open.Dequeue());
        await Expect(summary).ToContainTextAsync("8,999 connections");
        await Expect(rows.First).ToBeVisibleAsync();
        Assert.InRange(await rows.CountAsync(), 5, 100);
        while (open.TryDequeue(out var exchange))
        {
            End(route, exchange);
        }

        await Expect(visit.Page.GetByText("Nobody is connected")).ToBeVisibleAsync();
        visit.VerifyNoFaults();
    }

    private static Exchange Begin(HttpRoute route)
    {
        Assert.True(route.TryEnter());
        return new(HttpTransformer.Default, route, new DefaultHttpContext(), route.Rules.Access.Anyone);
    }

    private static void End(HttpRoute route, Exchange exchange)
    {
        exchange.Finish();
        route.Exit();
    }
}
