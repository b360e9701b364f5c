using System.Globalization;
using PodConsole.Domain.Connections;

namespace PodConsole.Web.Connections;

/// <summary>Connections in words.</summary>
internal static class ConnectionText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A number of bytes in the unit that fits: <c>1.4 MiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return bytes.ToString(unit > 0 && bytes < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>Bytes per second; a dash for none.</summary>
    public static string Rate(double perSecond) => perSecond < 1 ? "–" : $"{Bytes(perSecond)}/s";

    /// <summary>What a connection speaks.</summary>
    public static string Of(ConnectionKind kind) => kind switch
    {
        ConnectionKind.Http1 => "HTTP/1.1",
        ConnectionKind.Http2 => "HTTP/2",
        ConnectionKind.WebSocket => "WebSocket",
        _ => "TCP",
    };

    /// <summary>Why a connection ended.</summary>
    public static string Of(CloseReason reason) => reason switch
    {
        CloseReason.Finished => "Finished",
        CloseReason.Client => "Client left",
        CloseReason.Pod => "Pod broke off",
        CloseReason.Timeout => "Silent too long",
        CloseReason.PortRemoved => "Port withdrawn",
        CloseReason.Killed => "Ended by hand",
        _ => "Console stopped",
    };

    /// <summary>A client's address with its port, as programs write it.</summary>
    public static string Client(LiveConnection connection) =>
        connection.Client.Length == 0 ? "unknown"
        : connection.Client.Contains(':') ? $"[{connection.Client}]:{connection.ClientPort}"
        : $"{connection.Client}:{connection.ClientPort}";

    /// <summary>"7 connections", "2 of 7 connections".</summary>
    public static string Count(int shown, int total) => shown == total ? Count(total) : $"{shown} of {Count(total)}";

    /// <summary>"1 connection", "7 connections".</summary>
    public static string Count(int count) => count == 1 ? "1 connection" : $"{count.ToString("N0", CultureInfo.InvariantCulture)} connections";
}
