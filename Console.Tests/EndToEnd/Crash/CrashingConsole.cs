using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using PodConsole.Domain.Settings;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Crash;

/// <summary>A console that is killed and started again, on the same data and ports.</summary>
internal sealed class CrashingConsole : IAsyncDisposable
{
    private readonly TempDirectory _data = new();
    private readonly string _program;
    private readonly ConsoleArguments _arguments;
    private ConsoleProcess? _process;
    private HttpClient? _client;

    /// <summary>Nothing runs yet.</summary>
    /// <param name="program">The build to run.</param>
    public CrashingConsole(string program)
    {
        _program = program;
        _arguments = ConsoleArguments.New(
            _data.Path, $"Console:AdminEmail={ConsoleHost.Email}", $"Console:AdminPassword={ConsoleHost.Password}", $"Console:AdminApiKey={ConsoleHost.ApiKey}");
    }

    /// <summary>A program of the administrator that speaks to the console's REST API.</summary>
    public HttpClient Client => _client!;

    public DataPaths Paths => new(_data.Path);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        _process = ConsoleProcess.Start(_program, AppContext.BaseDirectory, _arguments.Values);
        _client?.Dispose();
        _client = await _process.WaitUntilReadyAsync(_arguments.Url, _data.Path);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ConsoleHost.ApiKey);
    }

    /// <summary>Ends it as a power cut does, but for its pods.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Every pod as the REST API shows it, by id.</summary>
    public async Task<Dictionary<string, JsonNode>> ReadPodsAsync()
    {
        var answer = JsonNode.Parse(await Client.GetStringAsync("/v2/pods", Cancelled))!;
        return answer["pods"]!.AsArray().ToDictionary(pod => (string)pod!["id"]!, pod => pod!);
    }

    /// <summary>
    /// What SQLite finds wrong with the database, and external ports that are leased twice. Read from a copy, so that it is left to
    /// the console to make good what the crash left behind.
    /// </summary>
    public async Task<string> FindDamageAsync()
    {
        using var copy = new TempDirectory();
        foreach (var file in Directory.GetFiles(_data.Path, $"{Path.GetFileName(Paths.Database)}*"))
        {
            File.Copy(file, copy.File(Path.GetFileName(file)));
        }

        await using var connection = new SqliteConnection($"Data Source={copy.File(Path.GetFileName(Paths.Database))};Pooling=False");
        await connection.OpenAsync(Cancelled);
        var integrity = await ReadAsync("PRAGMA integrity_check");
        var orphans = await ReadAsync("SELECT count(*) FROM pragma_foreign_key_check");
        var twice = await ReadAsync("SELECT count(*) FROM (SELECT 1 FROM PortLeases GROUP BY Address, Port HAVING count(*) > 1)");
        return (integrity, orphans, twice) == ("ok", "0", "0") ? "" : $"{integrity}; {orphans} orphans; {twice} leased twice";

        async Task<string> ReadAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return $"{await command.ExecuteScalarAsync(Cancelled)}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _client?.Dispose();
        await LeftoverPods.RemoveAsync(Paths);
        _data.Dispose();
    }
}
