using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Tests.Support;

/// <summary>A console as people start it: a process of its own.</summary>
internal sealed class ConsoleProcess : IDisposable
{
    private readonly Process _process;

    private ConsoleProcess(Process process) => _process = process;

    /// <summary>The console that was built with the tests.</summary>
    public static string BuiltProgram => Path.Combine(AppContext.BaseDirectory, "Console.Web.dll");

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What it prints.</summary>
    public Task<string> Output => field ??= _process.StandardOutput.ReadToEndAsync(CancellationToken.None);

    /// <summary>Starts a console that takes its settings from the command line.</summary>
    public static ConsoleProcess Start(string program, string workingDirectory, params IEnumerable<string> arguments) =>
        Start("dotnet", [program, .. arguments], workingDirectory, []);

    /// <summary>The same, with environment variables besides the tests' own.</summary>
    public static ConsoleProcess Start(
        string program, string workingDirectory, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> variables) =>
        Start("dotnet", [program, .. arguments], workingDirectory, variables);

    /// <summary>Starts the built console in a network namespace.</summary>
    public static ConsoleProcess StartIn(string networkNamespace, params IEnumerable<string> arguments) =>
        Start("ip", ["netns", "exec", networkNamespace, "dotnet", BuiltProgram, .. arguments], AppContext.BaseDirectory, []);

    /// <summary>Starts a console that takes its settings from environment variables.</summary>
    public static ConsoleProcess Start(string program, string workingDirectory, IEnumerable<KeyValuePair<string, string>> variables) =>
        Start("dotnet", [program], workingDirectory, variables);

    private static ConsoleProcess Start(
        string command, IEnumerable<string> arguments, string workingDirectory, IEnumerable<KeyValuePair<string, string>> variables)
    {
        var info = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }

        return new(Process.Start(info)!);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Exit code and what it wrote as errors.</returns>
    public async Task<(int ExitCode, string Error)> WaitAsync()
    {
        _ = Output;
        var error = await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, error);
    }

    /// <summary>Waits until it answers.</summary>
    /// <param name="url">Where it is opened.</param>
    /// <param name="dataDirectory">Where its local CA will be.</param>
    /// <param name="connect">How to reach a port of it; null for over loopback.</param>
    /// <returns>A client of it, whatever the host name is.</returns>
    public async Task<HttpClient> WaitUntilReadyAsync(
        Uri url, string dataDirectory, Func<int, CancellationToken, ValueTask<Stream>>? connect = null)
    {
        _ = Output;
        var handler = await NewHandlerAsync(dataDirectory);
        if (connect is not null)
        {
            handler.ConnectCallback = (context, cancellationToken) => connect(context.DnsEndPoint.Port, cancellationToken);
        }

        var client = new HttpClient(handler) { BaseAddress = url };
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await client.GetStringAsync("/health/ready") == "ready";
                }
                catch (HttpRequestException) when (!_process.HasExited)
                {
                    return false;
                }
            },
            $"{url} answers");
        return client;
    }

    /// <summary>A handler that trusts the console's authority.</summary>
    /// <param name="dataDirectory">Where that is, or will be soon.</param>
    public async Task<SocketsHttpHandler> NewHandlerAsync(string dataDirectory)
    {
        var leaf = Path.Combine(dataDirectory, "certificates", "gateway.crt");
        await Eventually.TrueAsync(() => File.Exists(leaf) || _process.HasExited, $"the console wrote {leaf}");
        return LoopbackHandler.Trusting(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(dataDirectory, "certificates", "pod-console-ca.crt")));
    }

    /// <summary>Ends it as an operator does.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", $"{_process.Id}"])!.Dispose();

    /// <summary>Ends it at once, and lets its pods run on.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
