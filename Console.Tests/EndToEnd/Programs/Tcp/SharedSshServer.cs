namespace PodConsole.Tests.EndToEnd.Programs.Tcp;

/// <summary>One SSH server for all tests that need one. The first of them starts it, or is skipped where that is not possible.</summary>
public sealed class SharedSshServer : IAsyncDisposable
{
    private Task<SshServer>? _server;

    internal Task<SshServer> StartAsync() => _server ??= SshServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true })
        {
            await (await _server).DisposeAsync();
        }
    }
}

/// <summary>The tests that share it, one after the other.</summary>
[CollectionDefinition]
public sealed class SshCollection : ICollectionFixture<SharedSshServer>;
