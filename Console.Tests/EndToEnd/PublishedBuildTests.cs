using Microsoft.Playwright;
using PodConsole.Domain.Settings;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>What operators run: <c>dotnet Console.Web.dll</c> of a published build, with settings by environment variables.</summary>
public sealed class PublishedBuildTests(Chromium chromium) : IAsyncLifetime
{
    private readonly TempDirectory _elsewhere = new();
    private PublishedBuild? _build;

    public async ValueTask InitializeAsync() => _build = await PublishedBuild.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await LeftoverPods.RemoveAsync(new DataPaths(_elsewhere.File("data")));
        _elsewhere.Dispose();
        _build?.Dispose();
    }

    [Fact]
    public async Task PublishedBuild_ByEnvironmentVariables_DoesTheMainJob()
    {
        var arguments = ConsoleArguments.New(
            _elsewhere.File("data"), $"Console:AdminEmail={ConsoleHost.Email}", $"Console:AdminPassword={ConsoleHost.Password}");
        using var console = ConsoleProcess.Start(_build!.Program, _elsewhere.Path, arguments.EnvironmentVariables);
        using var client = await console.WaitUntilReadyAsync(arguments.Url, arguments.DataDirectory);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();

        await SignInPage.SignInAsync(page, arguments.Url);
        await page.GotoAsync(new Uri(arguments.Url, "/deploy").AbsoluteUri);
        var drawer = await new DeployPage(page).DeployAsync();
        await PodDrawer.ExpectReadyAsync(drawer.HttpPort(4000));
        var demo = await page.RunAndWaitForPopupAsync(() => drawer.HttpLink(4000).ClickAsync());
        await Expect(demo.GetByRole(AriaRole.Heading, new() { Name = "Pod Console demo" })).ToBeVisibleAsync();
        using var echo = await EchoConnection.OpenAsync((await drawer.ReadTcpAsync(70000)).External);
        await echo.VerifyAsync("hello, published build");

        console.Terminate();
        Assert.Equal(0, (await console.WaitAsync()).ExitCode);
    }
}
