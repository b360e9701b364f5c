using System.Globalization;
using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Ports;

/// <summary>The entries of both comma fields as typed, from which quick fixes are made.</summary>
internal sealed record PortTexts(IReadOnlyList<string> Http, IReadOnlyList<string> Tcp)
{
    public static PortTexts Of(IReadOnlyList<PortRequest> ports) => new(
        [.. ports.Where(port => port.Protocol == PortProtocol.Http).Select(port => $"{port.Number}")],
        [.. ports.Where(port => port.Protocol == PortProtocol.Tcp).Select(port => $"{port.Number}")]);

    public IReadOnlyList<string> Of(PortProtocol protocol) => protocol == PortProtocol.Http ? Http : Tcp;

    /// <summary>Replaces an entry by another text; an empty one removes it.</summary>
    public QuickFix Fix(string label, PortProtocol protocol, string token, string replacement) => Make(label,
        protocol == PortProtocol.Http ? Http.Select(item => IsSame(item, token) ? replacement : item) : Http,
        protocol == PortProtocol.Tcp ? Tcp.Select(item => IsSame(item, token) ? replacement : item) : Tcp);

    /// <summary>Moves an entry to the other field, where it stands once.</summary>
    public QuickFix Move(string label, PortProtocol from, string token)
    {
        var rest = Of(from).Where(item => !IsSame(item, token));
        var other = Of(from == PortProtocol.Http ? PortProtocol.Tcp : PortProtocol.Http).Where(item => !IsSame(item, token)).Append(token);
        return from == PortProtocol.Http ? Make(label, rest, other) : Make(label, other, rest);
    }

    /// <summary>Leaves only the first of equal entries of one field.</summary>
    public QuickFix Distinct(string label, PortProtocol protocol, string token) => Make(label,
        protocol == PortProtocol.Http ? KeepFirst(Http, token) : Http,
        protocol == PortProtocol.Tcp ? KeepFirst(Tcp, token) : Tcp);

    private static IEnumerable<string> KeepFirst(IReadOnlyList<string> items, string token)
    {
        var seen = false;
        foreach (var item in items)
        {
            var same = IsSame(item, token);
            if (!same || !seen)
            {
                yield return item;
            }

            seen |= same;
        }
    }

    // 022 is read as 22, so a fix for 22 must find it.
    private static bool IsSame(string item, string token) =>
        item == token || (ReadNumber(item) is { } number && number == ReadNumber(token));

    private static int? ReadNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static QuickFix Make(string label, IEnumerable<string> http, IEnumerable<string> tcp) =>
        new(label, Join(http), Join(tcp));

    private static string Join(IEnumerable<string> items) => string.Join(", ", items.Where(item => item.Length > 0));
}
