using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

/// <summary>One console for all tests of a class, and its administrator's program.</summary>
public sealed class ApiConsole : IAsyncLifetime
{
    internal ConsoleHost Host { get; private set; } = null!;

    internal ApiClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await ConsoleHost.StartAsync();
        Client = ApiClient.Of(Host);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in (await Client.GetAsync("/pods")).Body!["pods"]!.AsArray())
        {
            await Client.PatchAsync($"/pods/{pod!["id"]}", """{"locked":false}""");
            await Client.DeleteAsync($"/pods/{pod!["id"]}");
        }

        Client.Dispose();
        await Host.DisposeAsync();
    }
}
