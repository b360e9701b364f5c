using static PodConsole.Tests.Proxy.Http.Framing.Http1Case;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Names, values and ends of header lines.</summary>
internal static class FieldCases
{
    public static readonly Http1Case[] All =
    [
        Refused("space before the colon", Get("X-A : 1")),
        Refused("tab before the colon", Get("X-A\t: 1")),
        Refused("empty name", Get(": 1")),
        Refused("space in the name", Get("X A: 1")),
        Refused("bracket in the name", Get("X(A): 1")),
        Refused("slash in the name", Get("X/A: 1")),
        Refused("quotes in the name", Get("\"X-A\": 1")),
        Refused("NUL in the name", Get("X\0A: 1")),
        Refused("byte above 127 in the name", Get("X-\u00c4: 1")),
        Refused("DEL in the name", Get("X\u007fA: 1")),
        Refused("NUL in the value", Get("X-A: a\0b")),
        Refused("CR in the value", Get("X-A: a\rb")),
        Refused("LF in the value", Get("X-A: a\nb")),
        Refused("LF and a field in the value", Get("X-A: a\nX-Hop: b")),
        Refused("CR at the end of the value", Get("X-A: a\r")),
        Refused("control character in the value", Get("X-A: a\u0001b")),
        Refused("DEL in the value", Get("X-A: a\u007fb")),
        Refused("escape in the value", Get("X-A: \u001b[31m")),
        Refused("folded by a space", Get("X-A: a\r\n b")),
        Refused("folded by a tab", Get("X-A: a\r\n\tb")),
        Refused("folded to nothing", Get("X-A: a\r\n ")),
        Refused("space before the first name", "GET /{id} HTTP/1.1\r\n X-A: 1\r\nHost: {host}\r\n\r\n"),
        Refused("line without a colon", Get("X-A")),
        Refused("line of one blank", Get(" ")),
        Refused("all lines ended by LF", "GET /{id} HTTP/1.1\nHost: {host}\n\n"),
        Refused("all lines ended by CR", "GET /{id} HTTP/1.1\rHost: {host}\r\r"),
        Refused("empty line ended by LF", "GET /{id} HTTP/1.1\r\nHost: {host}\r\n\n"),
        Refused("last line ended by LF", "GET /{id} HTTP/1.1\r\nHost: {host}\n\r\n"),
        Refused("empty line of CR alone", "GET /{id} HTTP/1.1\r\nHost: {host}\r\n\r"),
        Refused("101 fields", Get(string.Join("\r\n", Enumerable.Range(0, 101).Select(number => $"X-{number}: 1")))),
        Refused("300 fields", Get(string.Join("\r\n", Enumerable.Range(0, 300).Select(number => $"X-{number}: 1")))),
        Refused("a value of 40,000 bytes", Get($"X-A: {new string('a', 40_000)}")),
        Refused("a value of 100,000 bytes", Get($"X-A: {new string('a', 100_000)}")),
        Refused("a name of 100,000 bytes", Get($"{new string('a', 100_000)}: 1")),
        Good("no value", Get("X-A:")),
        Good("blanks around the value", Get("X-A:\t 1 \t")),
        Good("value of bytes above 127", Get("X-A: \u00e4\u00f6\u00ff")),
        Good("colons in the value", Get("X-A: a:b: c")),
        Good("every character of a name", Get("X!#$%&'*+-.^_`|~0: 1")),
        Good("a field twice", Get("X-A: 1\r\nX-A: 2")),
        Good("80 fields", Get(string.Join("\r\n", Enumerable.Range(0, 80).Select(number => $"X-{number}: 1")))),
        Good("a value of 20,000 bytes", Get($"X-A: {new string('a', 20_000)}")),
        Good("several Cookie lines", Get("Cookie: a=1\r\nCookie: b=2")),
        Good("a cookie of the console", Get("Cookie: a=1; __Host-PodConsole=secret; b=2")),
    ];
}
