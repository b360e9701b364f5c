using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;

namespace PodConsole.Web.Api.Keys;

/// <summary>Counts the requests of each key in a window of a minute and one of an hour, which allows 50 times as many.</summary>
internal sealed class RequestQuota(IOptions<ApiSettings> settings, TimeProvider clock)
{
    private const int MinutesPerHourQuota = 50;

    private readonly ConcurrentDictionary<string, RequestWindow[]> _windows = new();

    /// <summary>The text of <c>RateLimit-Policy</c>.</summary>
    public string Policy => Join(NewWindows().Select(window => $"\"{window.Name}\";q={window.Quota};w={window.Length.TotalSeconds:0}"));

    /// <summary>Takes one request of a key's quota.</summary>
    /// <param name="key">The key's id.</param>
    /// <param name="isUnlimited">Whether the key's requests are not counted.</param>
    public QuotaResult Take(string key, bool isUnlimited)
    {
        var windows = isUnlimited ? NewWindows() : _windows.GetOrAdd(key, _ => NewWindows());
        lock (windows)
        {
            var now = clock.GetUtcNow();
            foreach (var window in windows)
            {
                window.MoveTo(now);
            }

            var full = windows.FirstOrDefault(window => window.Used >= window.Quota);
            foreach (var window in isUnlimited || full is not null ? [] : windows)
            {
                window.Used++;
            }

            return new(
                Join(windows.Select(window => $"\"{window.Name}\";r={window.Quota - window.Used};t={window.SecondsLeft(now)}")),
                full?.Name, full?.SecondsLeft(now) ?? 0);
        }
    }

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    private RequestWindow[] NewWindows() =>
    [
        new("minute", settings.Value.RequestsPerMinute, TimeSpan.FromMinutes(1)),
        new("hour", settings.Value.RequestsPerMinute * MinutesPerHourQuota, TimeSpan.FromHours(1)),
    ];

    private sealed class RequestWindow(string name, int quota, TimeSpan length)
    {
        private DateTimeOffset _start;

        public string Name => name;

        public int Quota => quota;

        public TimeSpan Length => length;

        public int Used { get; set; }

        public void MoveTo(DateTimeOffset now)
        {
            // A clock that was set back begins a window too, or a key would wait for the time to come round again.
            if (now >= _start + length || now < _start)
            {
                (_start, Used) = (now, 0);
            }
        }

        public int SecondsLeft(DateTimeOffset now) => (int)Math.Ceiling((_start + length - now).TotalSeconds);
    }
}

/// <summary>How a request stands to its key's quota.</summary>
/// <param name="RateLimit">The text of <c>RateLimit</c>.</param>
/// <param name="FullWindow">The window that has no request left; null when the request may go on.</param>
/// <param name="RetryAfter">Seconds until it has.</param>
internal readonly record struct QuotaResult(string RateLimit, string? FullWindow, int RetryAfter);
