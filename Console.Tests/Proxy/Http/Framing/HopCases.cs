using static PodConsole.Tests.Proxy.Http.Framing.Http1Case;

namespace PodConsole.Tests.Proxy.Http.Framing;

/// <summary>What is for one hop alone: Connection, Upgrade, Expect, and several requests at once.</summary>
internal static class HopCases
{
    private const string Key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    public static readonly Http1Case[] All =
    [
        Good("Connection: close", Get("Connection: close")),
        Good("Connection names a field", Get("Connection: X-Hop\r\nX-Hop: 1")),
        Good("Connection names a field in other letters", Get("Connection: x-hOP\r\nX-Hop: 1")),
        Good("Connection names a field among others", Get("Connection: X-Hop,,X-Other ,\r\nX-Hop: 1")),
        Good("Connection in two lines", Get("Connection: X-Other\r\nConnection: X-Hop\r\nX-Hop: 1")),

        // The server forgets what stands beside keep-alive, close and Upgrade, so the field goes on to the service.
        Good("Connection names a field beside keep-alive", Get("Connection: keep-alive, X-A\r\nX-A: 1")),
        Good("Connection names the length", Post("Connection: Content-Length\r\nContent-Length: 5")),
        Good("Connection names the coding", Post("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n")),
        Good("Connection names the host", Get("Connection: Host")),
        Good("Connection names X-Forwarded-For", Get("Connection: X-Forwarded-For\r\nX-Forwarded-For: 6.6.6.6")),
        Good("Connection names X-Forwarded-Proto", Get("Connection: X-Forwarded-Proto, X-Forwarded-Host")),
        Good("Connection names cookies", Get("Connection: Cookie\r\nCookie: a=1")),
        Good("Connection names credentials", Get("Connection: Authorization\r\nAuthorization: Bearer x")),
        Good("Connection names itself", Get("Connection: Connection")),
        Good("Connection names Expect", Post("Connection: Expect\r\nExpect: 100-continue\r\nContent-Length: 5")),
        Good("Connection without a value", Get("Connection:")),
        Good("Connection: Upgrade without Upgrade", Get("Connection: Upgrade")),
        Good("X-Forwarded-For of the client", Get("X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 7.7.7.7")),
        Good("X-Forwarded-Proto of the client", Get("X-Forwarded-Proto: http\r\nX_Forwarded_Proto: http")),
        Good("X-Forwarded-Host of the client", Get("X-Forwarded-Host: other.example\r\nForwarded: host=other.example")),
        Good("Keep-Alive", Get("Keep-Alive: timeout=5, max=1000")),
        Good("Proxy-Connection", Get("Proxy-Connection: keep-alive")),
        Good("TE: trailers", Get("TE: trailers")),
        Good("TE of codings", Get("TE: gzip, chunked;q=0.5")),
        Good("Trailer that names the length", Post("Trailer: Content-Length\r\nContent-Length: 5")),
        Good("Max-Forwards of zero", Get("Max-Forwards: 0")),
        Good("Upgrade to h2c", Get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__")),
        Good("Upgrade to something", Get("Connection: Upgrade\r\nUpgrade: something")),
        Good("Upgrade without Connection", Get("Upgrade: websocket")),
        Good("Upgrade with content", Post("Connection: Upgrade\r\nUpgrade: something\r\nContent-Length: {length}", Smuggled)),
        Good("WebSocket that is not taken", Get($"Connection: Upgrade\r\nUpgrade: websocket\r\n{Key}X-A: 1")),
        Refused("WebSocket by POST", Line("POST /{id} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket")),
        Refused("WebSocket over HTTP/1.0", "GET /{id} HTTP/1.0\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
        Good("WebSocket of a wrong version", Get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 777\r\nSec-WebSocket-Key: x")),
        Refused("WebSocket by POST with content", Post($"Connection: Upgrade\r\nUpgrade: websocket\r\n{Key}Content-Length: {{length}}", Smuggled)),
        Good("WebSocket by GET with content", Get($"Connection: Upgrade\r\nUpgrade: websocket\r\n{Key}Content-Length: {{length}}") + Smuggled),
        Good("Expect with content", Post("Expect: 100-continue\r\nContent-Length: 5")),
        Good("Expect without content", Get("Expect: 100-continue")),
        Good("Expect of something else", Post("Expect: 200-ok\r\nContent-Length: 5")),
        Good("Expect of two things", Post("Expect: 100-continue, x\r\nContent-Length: 5")),
        Good("Expect twice", Post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5")),
        Good("Expect with chunks", Post("Expect: 100-continue\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n")),
        Good("two requests at once", Get("X-A: 1") + Get("X-A: 2"), served: 2),
        Good("ten requests at once", string.Concat(Enumerable.Repeat(Get("X-A: 1"), 10)), served: 10),
        Good("POST, GET and POST at once", Post("Content-Length: 5") + Get("X-A: 1") + Chunked("5\r\nhello\r\n0\r\n\r\n"), served: 3),
        Good("HEAD and GET at once", Line("HEAD /{id} HTTP/1.1") + Line("GET /{id} HTTP/1.1"), served: 2),
        Good("a request behind Connection: close", Get("Connection: close") + Line("GET /{id} HTTP/1.1")),
        Good("a request behind HTTP/1.0", Line("GET /{id} HTTP/1.0") + Line("GET /{id} HTTP/1.1")),
        Good("a bad request behind a good one", Line("GET /{id} HTTP/1.1") + Get("X A: 1")),
        Good("a request for another host behind a good one", Line("GET /{id} HTTP/1.1") + "GET /{id} HTTP/1.1\r\nHost: other.example\r\n\r\n"),
        Refused("a good request behind a bad one", Get("X A: 1") + Line("GET /{id} HTTP/1.1")),
    ];
}
