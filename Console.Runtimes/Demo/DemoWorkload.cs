using System.Collections;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace PodConsole.Runtimes.Demo;

/// <summary>
/// A service that needs nothing but the console's own executable: a web page with endpoints to try the gateway on, and a TCP
/// echo. It listens on <c>POD_IP</c>: HTTP on <c>DEMO_HTTP_PORTS</c> (4000), echo on <c>DEMO_TCP_PORTS</c> and on the
/// symmetrical port that the variable <c>RUNPOD_TCP_PORT_70000</c> names.
/// </summary>
internal sealed class DemoWorkload(IPAddress address, IReadOnlyDictionary<string, string> variables) : IAsyncDisposable
{
    private readonly Dictionary<int, DemoHttpServer> _open = [];
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<DemoTcpEcho> _echoes = [];
    private readonly TaskCompletionSource<int> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The environment, as the page shows it.</summary>
    public IReadOnlyDictionary<string, string> Variables => variables;

    /// <summary>Runs until it is asked to end.</summary>
    /// <returns>The exit code: 0, or what was asked for.</returns>
    public static async Task<int> RunAsync()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        if (!IPAddress.TryParse(variables.GetValueOrDefault("POD_IP", "127.0.0.1"), out var address))
        {
            Log($"POD_IP is {variables["POD_IP"]}, which is not an IP address.");
            return 2;
        }

        await using var workload = new DemoWorkload(address, variables);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, workload.EndBySignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, workload.EndBySignal);
        await workload.StartAsync();
        return await workload._end.Task;
    }

    /// <summary>Writes a line to the pod's log.</summary>
    public static void Log(string text) => System.Console.Out.WriteLine(text);

    /// <summary>Ends the process with this exit code.</summary>
    public void End(int exitCode) => _end.TrySetResult(exitCode);

    /// <summary>Listens on a port; one that cannot be bound is logged.</summary>
    public async Task<bool> OpenAsync(int port)
    {
        await _gate.WaitAsync();
        try
        {
            if (_open.ContainsKey(port))
            {
                return true;
            }

            var server = new DemoHttpServer(this);
            if (!await server.TryStartAsync(new(address, port)))
            {
                return false;
            }

            _open[port] = server;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops listening on a port, as a service does that crashed.</summary>
    public async Task<bool> CloseAsync(int port)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_open.Remove(port, out var server))
            {
                return false;
            }

            Log($"Closing HTTP port {port}.");
            await server.DisposeAsync();
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _echoes.ForEach(echo => echo.Dispose());
        foreach (var server in _open.Values)
        {
            await server.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task StartAsync()
    {
        foreach (var port in PortsIn("DEMO_HTTP_PORTS", "4000"))
        {
            await OpenAsync(port);
        }

        foreach (var port in PortsIn("RUNPOD_TCP_PORT_70000", "").Concat(PortsIn("DEMO_TCP_PORTS", "")).Distinct())
        {
            if (DemoTcpEcho.TryStart(new(address, port)) is { } echo)
            {
                _echoes.Add(echo);
            }
        }
    }

    private IEnumerable<int> PortsIn(string variable, string otherwise)
    {
        foreach (var text in variables.GetValueOrDefault(variable, otherwise).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(text, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
            {
                yield return port;
            }
            else
            {
                Log($"{variable} holds '{text}', which is not a port.");
            }
        }
    }

    private void EndBySignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Log($"{context.Signal}: ending.");
        End(0);
    }
}
