using Microsoft.Data.Sqlite;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Tls;

namespace PodConsole.Web.Hosting;

/// <summary>A start that cannot succeed, with a message for the operator.</summary>
internal sealed class StartFailure(string message) : Exception(message)
{
    /// <summary>What to tell the operator of an exception at start; null for a bug, which keeps its stack trace.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        StartFailure => exception.Message,
        ListenerException or CertificateException or TimeoutException => $"Pod Console could not start.\n{exception.Message}",
        UnauthorizedAccessException or IOException =>
            $"Pod Console could not start.\nConsole:DataDirectory: {exception.Message}",
        SqliteException => $"Pod Console could not start.\nThe database in Console:DataDirectory cannot be used: {exception.Message}",
        _ => null,
    };
}
