using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd.Secrets;

/// <summary>
/// Uses every secret that a console knows, in the way that people and programs do, and then looks for each in everything that the
/// console keeps on the disk and says in its log, in as much detail as it can.
/// </summary>
public sealed class SecretDumpTests
{
    [Fact]
    public async Task Everything_ThatIsKeptOrLogged_HoldsNoSecret()
    {
        await using var host = await ConsoleHost.StartEmptyAsync(
            "Logging:LogLevel:Default=Debug", "Logging:LogLevel:Microsoft.AspNetCore=Debug", "Logging:LogLevel:Microsoft.EntityFrameworkCore=Debug",
            "Logging:Console:LogLevel:Default=None", "Runtime:LocalProcess:AllowManyUsers=true");
        using var log = new EveryLine();
        host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var walk = new SecretWalk(host);

        await walk.UseEverySecretAsync();

        AssertNone(walk.Secrets, [("the log", Encoding.UTF8.GetBytes(log.Text)), .. FilesOf(host)]);
    }

    private static void AssertNone(IReadOnlyList<(string What, string Text)> secrets, List<(string Name, byte[] Content)> places)
    {
        Assert.Contains(places, place => place.Name.EndsWith(".db", StringComparison.Ordinal) && place.Content.Length > 0);
        Assert.All(secrets, secret => Assert.True(secret.Text.Length >= 10, $"{secret.What} is too short to be looked for."));
        Assert.Empty(
            from secret in secrets
            from place in places
            where place.Content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret.Text)) >= 0
            select $"{secret.What} in {place.Name}");
    }

    // The database with its journal, the keys, the logs of pods and all else; not their locks, which are held, nor what their programs write.
    private static IEnumerable<(string Name, byte[] Content)> FilesOf(ConsoleHost host)
    {
        var files = Directory.EnumerateFiles(host.Paths.Root, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "lock" && !file.Contains("/disk-", StringComparison.Ordinal));
        foreach (var file in files)
        {
            byte[]? content = null;
            try
            {
                content = File.ReadAllBytes(file);
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
            }

            if (content is not null)
            {
                yield return (file, content);
            }
        }
    }

    private sealed class EveryLine : ILoggerProvider, ILogger
    {
        private readonly StringBuilder _text = new();
        private readonly Lock _lock = new();

        public string Text
        {
            get
            {
                lock (_lock)
                {
                    return _text.ToString();
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lock)
            {
                _text.AppendLine(formatter(state, exception)).AppendLine(exception?.ToString());
            }
        }

        public void Dispose()
        {
        }
    }
}
