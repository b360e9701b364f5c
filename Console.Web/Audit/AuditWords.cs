using PodConsole.Domain.Audit;

namespace PodConsole.Web.Audit;

/// <summary>Words for what was done.</summary>
internal static class AuditWords
{
    private static readonly Dictionary<string, string> KindNames = new()
    {
        [""] = "Everything",
        ["pod"] = "Pods",
        ["port"] = "Ports",
        ["template"] = "Templates",
        ["user"] = "Users",
        ["key"] = "Keys",
        ["session"] = "Sessions",
    };

    /// <summary>What entries can be about; empty for everything.</summary>
    public static IReadOnlyCollection<string> Kinds => KindNames.Keys;

    public static string KindOf(string? kind) => KindNames.GetValueOrDefault(kind ?? "", "Everything");

    /// <summary>An action in words; as stored when a later version of the console recorded it.</summary>
    public static string ActionOf(string action) => AuditActions.Words.GetValueOrDefault(action, action);
}
