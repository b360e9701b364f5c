using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A person with an empty browser, at a console of the test's own.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly FaultLog _faults = new();

    private Visit(ConsoleHost host, IBrowserContext context, IPage page)
    {
        (Host, Context, Page) = (host, context, page);
        host.Services.GetRequiredService<ILoggerFactory>().AddProvider(_faults);
        context.WebError += (_, error) => _faults.Add(error.Error);
        context.Console += (_, message) => Note(message);
    }

    /// <summary>The console.</summary>
    public ConsoleHost Host { get; }

    /// <summary>The person's browser: its tabs share their cookies.</summary>
    public IBrowserContext Context { get; }

    /// <summary>The first tab.</summary>
    public IPage Page { get; }

    /// <summary>Starts a console, and signs in as its administrator.</summary>
    public static async Task<Visit> StartAsync(Chromium chromium, BrowserNewContextOptions? options = null)
    {
        var visit = await StartSignedOutAsync(chromium, await ConsoleHost.StartAsync(), options);
        await SignInPage.SignInAsync(visit.Page, visit.Host.Url);
        return visit;
    }

    /// <summary>Takes over a console, and opens no page of it yet.</summary>
    public static async Task<Visit> StartSignedOutAsync(Chromium chromium, ConsoleHost host, BrowserNewContextOptions? options = null)
    {
        try
        {
            var context = await chromium.NewContextAsync(options);
            return new(host, context, await context.NewPageAsync());
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page of the console in the first tab.</summary>
    public Task GoAsync(string path) => Page.GotoAsync(new Uri(Host.Url, path).AbsoluteUri);

    /// <summary>Opens a pod's Connect menu in the first tab.</summary>
    public async Task<PodDrawer> OpenConnectAsync(PodId podId) => await PodDrawer.OpenAsync(Page, Host.Url, podId.Value);

    /// <summary>Opens a pod's Connect menu in a new tab of the same browser.</summary>
    public async Task<PodDrawer> OpenConnectInNewTabAsync(PodId podId) =>
        await PodDrawer.OpenAsync(await Context.NewPageAsync(), Host.Url, podId.Value);

    /// <summary>The publisher's report on a port of a pod.</summary>
    public ExposedPort? Report(PodId podId, PortProtocol protocol, int number) =>
        Host.Services.GetRequiredService<IPortPublisher>().Find(podId).Ports.FirstOrDefault(port => port.Key == new PortKey(protocol, number));

    /// <summary>Fails the test when the console logged an error, or a page of it reported one in the browser.</summary>
    public void VerifyNoFaults() => _faults.VerifyNone();

    /// <summary>Closes every tab, and waits until the console has noticed.</summary>
    public async Task LeaveAsync()
    {
        await Context.CloseAsync();
        await Host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Host.DisposeAsync();
        _faults.Dispose();
    }

    private void Note(IConsoleMessage message)
    {
        if (message.Type == "error" && new Uri(message.Location).Host == Host.Url.Host)
        {
            _faults.Add($"{message.Location}: {message.Text}");
        }
    }
}
