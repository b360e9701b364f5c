using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Settings;
using PodConsole.Web.Hosting;

namespace PodConsole.Tests.Support;

/// <summary>
/// A complete console in this process, as <c>Program.cs</c> starts it, with ports, public addresses and a data directory of
/// its own, so that many run side by side. It has an administrator (<see cref="Email"/>) unless the test says otherwise. Its pods
/// are gone after the test.
/// </summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    public const string Email = "admin@example.org";
    public const string Password = "correct horse battery";
    public const string ApiKey = "ppk_0123456789abcdefghijklmnopqrstuvwxyz";

    private readonly TempDirectory? _ownData;
    private readonly X509Certificate2 _authority;
    private WebApplication _app;
    private bool _stopped;

    private ConsoleHost(WebApplication app, ConsoleArguments arguments, TempDirectory? ownData)
    {
        (_app, Arguments, _ownData) = (app, arguments, ownData);
        _authority = X509CertificateLoader.LoadCertificateFromFile(CertificatePath);
    }

    /// <summary>What it was started with.</summary>
    public ConsoleArguments Arguments { get; }

    /// <summary>Where it is opened.</summary>
    public Uri Url => Arguments.Url;

    public IServiceProvider Services => _app.Services;

    public DataPaths Paths => Services.GetRequiredService<DataPaths>();

    /// <summary>The CA's certificate file.</summary>
    public string CertificatePath => Path.Combine(Paths.Certificates, "pod-console-ca.crt");

    /// <summary>Starts a console with an administrator and an API key.</summary>
    /// <param name="settings">Settings as <c>Key=value</c>, for example <c>Gateway:DrainTimeout=00:00:02</c>.</param>
    public static Task<ConsoleHost> StartAsync(params string[] settings) => StartEmptyAsync(
        [$"Console:AdminEmail={Email}", $"Console:AdminPassword={Password}", $"Console:AdminApiKey={ApiKey}", .. settings]);

    /// <summary>Starts a console that has no account yet. Its database is migrated already, as for a second start.</summary>
    public static async Task<ConsoleHost> StartEmptyAsync(params string[] settings)
    {
        var data = new TempDirectory();
        try
        {
            await TestDatabase.CreateEmptyAsync(new(data.Path));
            var arguments = ConsoleArguments.New(data.Path, settings);
            return new ConsoleHost(await ConsoleApp.StartAsync(arguments.Values), arguments, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Ends the console as SIGTERM does, and starts it again on the same data and ports.</summary>
    public async Task RestartAsync(params string[] settings)
    {
        await StopAsync();
        _app = await ConsoleApp.StartAsync([.. Arguments.Values, .. ConsoleArguments.Options(settings)]);
        _stopped = false;
    }

    /// <summary>The address of a pod's HTTP port.</summary>
    public Uri UrlOf(string podId, int port, string path = "/") =>
        new($"https://{podId}-{port}.proxy.localhost:{Arguments.HttpsPort}{path}");

    /// <summary>A client of this console and its pods that trusts the local CA, keeps cookies and follows no redirects.</summary>
    public ConsoleClient NewClient() => new(NewHandler()) { BaseAddress = Url };

    /// <summary>A client that is signed in as the administrator.</summary>
    public async Task<ConsoleClient> NewSignedInClientAsync()
    {
        var client = NewClient();
        using var answer = await client.SignInAsync(Email, Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>The handler of <see cref="NewClient"/>.</summary>
    public SocketsHttpHandler NewHandler() => LoopbackHandler.Trusting(_authority);

    /// <summary>Ends the console as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        await LeftoverPods.RemoveAsync(new DataPaths(Arguments.DataDirectory));
        _authority.Dispose();
        _ownData?.Dispose();
    }
}
