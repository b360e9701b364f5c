namespace PodConsole.Proxy.Http.WebSockets;

/// <summary>The service that was asked for a WebSocket answered otherwise, in a way that the client would take for one.</summary>
internal sealed class NoWebSocketException() : IOException("The service opened no WebSocket.");
