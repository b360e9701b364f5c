using static PodConsole.Tests.Proxy.Http.Framing.Http1Case;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>Transfer codings, alone and beside a length.</summary>
internal static class TransferCases
{
    private const string Hello = "5\r\nhello\r\n0\r\n\r\n";
    private const string SmuggleBehindEnd = "0\r\n\r\n" + Smuggled;

    public static readonly Http1Case[] All =
    [
        Refused("length, then chunked", Post("Content-Length: 5\r\nTransfer-Encoding: chunked", Hello)),
        Refused("chunked, then length", Post("Transfer-Encoding: chunked\r\nContent-Length: 5", Hello)),
        Refused("length of the chunks, and chunked", Post("Content-Length: 15\r\nTransfer-Encoding: chunked", Hello)),
        Refused("length zero, and chunked", Post("Content-Length: 0\r\nTransfer-Encoding: chunked", Hello)),
        Refused("length over a request behind the chunks", Post("Content-Length: {length}\r\nTransfer-Encoding: chunked", SmuggleBehindEnd)),
        Refused("length, and a coding that is none", Post("Content-Length: 5\r\nTransfer-Encoding: x")),
        Refused("chunked twice in two lines", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Hello)),
        Refused("chunked twice in one line", Post("Transfer-Encoding: chunked, chunked", Hello)),
        Refused("identity", Post("Transfer-Encoding: identity", "")),
        Refused("identity, chunked", Post("Transfer-Encoding: identity, chunked", Hello)),
        Refused("chunked, identity", Post("Transfer-Encoding: chunked, identity", Hello)),
        Refused("gzip, chunked", Post("Transfer-Encoding: gzip, chunked", Hello)),
        Refused("gzip", Post("Transfer-Encoding: gzip", "")),
        Refused("two lines, chunked first", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", Hello)),
        Refused("two lines, chunked last", Post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", Hello)),
        Refused("two lines, the second empty", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: ", Hello)),
        Refused("two lines, the first empty", Post("Transfer-Encoding: \r\nTransfer-Encoding: chunked", Hello)),
        Refused("xchunked", Post("Transfer-Encoding: xchunked", Hello)),
        Refused("chunk", Post("Transfer-Encoding: chunk", Hello)),
        Refused("chunked with a parameter", Post("Transfer-Encoding: chunked;q=1", Hello)),
        Refused("chunked in quotes", Post("Transfer-Encoding: \"chunked\"", Hello)),
        Refused("chunked with a comma before", Post("Transfer-Encoding: , chunked", Hello)),
        Refused("chunked with a comma behind", Post("Transfer-Encoding: chunked,", Hello)),
        Refused("chunked after a vertical tab", Post("Transfer-Encoding: \vchunked", Hello)),
        Refused("chunked before NUL", Post("Transfer-Encoding: chunked\0", Hello)),
        Refused("chunked with NUL within", Post("Transfer-Encoding: chun\0ked", Hello)),
        Refused("chunked with a tab within", Post("Transfer-Encoding: chu\tnked", Hello)),
        Refused("chunked in full-width letters", Post("Transfer-Encoding: ï½\u0083hunked", Hello)),
        Refused("coding without a value", Post("Transfer-Encoding:", Hello)),
        Refused("coding with a space before the colon", Post("Transfer-Encoding : chunked", Hello)),
        Refused("coding with a tab before the colon", Post("Transfer-Encoding\t: chunked", Hello)),
        Refused("coding with NUL in its name", Post("Transfer-Encoding\0: chunked", Hello)),
        Refused("coding with a space before its name", "POST /{id} HTTP/1.1\r\n Transfer-Encoding: chunked\r\nHost: {host}\r\n\r\n" + Hello),
        Refused("coding folded", Post("Transfer-Encoding:\r\n chunked", Hello)),
        Refused("coding as the end of another field", Post("X-A: 1\r\n Transfer-Encoding: chunked", Hello)),
        Refused("coding behind a bare LF", Post("X-A: 1\nTransfer-Encoding: chunked", Hello)),
        Refused("coding behind a bare CR", Post("X-A: 1\rTransfer-Encoding: chunked", Hello)),
        Refused("coding behind CR CR LF", Post("X-A: 1\r\r\nTransfer-Encoding: chunked", Hello)),
        Refused("coding behind a line without a colon", Post("X-A\r\nTransfer-Encoding: chunked", Hello)),
        Refused("chunked over HTTP/1.0", "POST /{id} HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n" + Hello),
        Good("chunked", Post("Transfer-Encoding: chunked", Hello)),
        Good("chunked in capitals", Post("Transfer-Encoding: CHUNKED", Hello)),
        Good("chunked between blanks", Post("Transfer-Encoding:\t chunked \t", Hello)),
        Good("chunked on GET", Get("Transfer-Encoding: chunked") + Hello),
        Good("look-alike of a coding", Post("Transfer_Encoding: chunked", "")),
        Good("look-alike beside a length", Post("Content-Length: 5\r\nTransfer_Encoding: chunked")),
        Good("coding named in TE", Post("TE: chunked\r\nContent-Length: 5")),
        Good("a whole request in a chunk", Post("Transfer-Encoding: chunked", "3\r\nabc\r\n" + "{chunk}\r\n" + Smuggled + "\r\n0\r\n\r\n")),
    ];
}
