using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PodConsole.Tests.Support;

/// <summary>Keeps what a console logs as an error, and what its pages report in the browser: a test of a page's good days has none.</summary>
internal sealed class FaultLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Notes a fault.</summary>
    public void Add(string fault) => _faults.Enqueue(fault);

    /// <summary>Whether there was a fault.</summary>
    public bool Any => !_faults.IsEmpty;

    /// <summary>Fails the test when there was any.</summary>
    public void VerifyNone() => Assert.Empty(_faults);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Add($"{formatter(state, exception)}\n{exception}");
        }
    }

    public void Dispose() => _faults.Clear();
}
