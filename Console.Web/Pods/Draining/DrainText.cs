using PodConsole.Domain.Pods.Draining;

namespace PodConsole.Web.Pods.Draining;

/// <summary>Drains in words.</summary>
internal static class DrainText
{
    /// <summary>The choice to wait, before it is made.</summary>
    public static string Offer(int open) =>
        $"Wait for open connections ({open} open now), at most {PodDrain.Longest.TotalMinutes:0} minutes. New ones are refused meanwhile.";

    /// <summary>What a pod waits for.</summary>
    public static string Title(PodDrain drain) => drain.Action switch
    {
        DrainAction.Stop => "Stops once its connections have ended",
        DrainAction.Restart => "Restarts once its connections have ended",
        DrainAction.Reset => "Is reset once its connections have ended",
        DrainAction.Migrate => "Migrates once its TCP connections have ended",
        DrainAction.Terminate => "Is terminated once its connections have ended",
        _ => $"{string.Join(", ", drain.Ports)} {(drain.Ports.Count == 1 ? "closes once its" : "close once their")} connections have ended",
    };

    /// <summary>The button that waits no longer.</summary>
    public static string Now(PodDrain drain) => drain.Action == DrainAction.RemovePorts ? "Close now" : $"{drain.Action} now";

    /// <summary>How far it is: <c>3 connections open · 4:05 left</c>.</summary>
    public static string Progress(int open, TimeSpan left)
    {
        var seconds = (int)Math.Ceiling(Math.Max(left.TotalSeconds, 0));
        return $"{(open == 1 ? "1 connection" : $"{open} connections")} open · {seconds / 60}:{seconds % 60:00} left";
    }
}
