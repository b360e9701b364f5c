using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PodConsole.Proxy.Http;

/// <summary>A listener of the gateway could not be opened. Its message is meant for the operator, as it is.</summary>
public sealed class ListenerException : IOException
{
    internal ListenerException(IPEndPoint endpoint, SocketException cause)
        : base(Explain(endpoint, cause), cause)
    {
    }

    private static string Explain(IPEndPoint endpoint, SocketException cause) => cause.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Cannot listen on {endpoint}: {Holder(endpoint.Port)} already listens there. "
            + "Stop it, or move the console: Gateway:HttpsPort (with Console:PublicUrl) and Gateway:HttpPort set its ports.",
        SocketError.AccessDenied =>
            $"Cannot listen on {endpoint}: ports below 1024 need a privilege (CAP_NET_BIND_SERVICE). "
            + "Grant it, or set Gateway:HttpsPort and Gateway:HttpPort to higher ports.",
        SocketError.AddressNotAvailable =>
            $"Cannot listen on {endpoint}: this machine has no such address. Gateway:BindAddress sets it.",
        _ => $"Cannot listen on {endpoint}: {cause.Message}. Gateway:BindAddress, Gateway:HttpsPort and Gateway:HttpPort set it.",
    };

    private static string Holder(int port) => ListeningProcess.Find(port) switch
    {
        { } id when id == Environment.ProcessId => "this program itself (both ports are the same?)",
        { } id => $"{NameOf(id)} (process {id})",
        null => "another program (on Linux `sudo ss -ltnp` names it)",
    };

    private static string NameOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName;
        }
        catch (ArgumentException)
        {
            return "a program that just ended";
        }
    }
}
