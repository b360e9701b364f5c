using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PodConsole.Tests.Support;

/// <summary>Keeps every line of a log: <c>Warning: what was said</c>.</summary>
internal sealed class LineLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    /// <summary>Called at every line, by whoever writes it.</summary>
    public Action? OnLine { get; set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        OnLine?.Invoke();
    }

    public void Dispose() => _lines.Clear();
}
