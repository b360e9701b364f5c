using System.Text;
using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;

namespace PodConsole.Tests.Support;

/// <summary>
/// Answers the first gRPC call of a connection at once with NOT_FOUND, as servers in Go do: the status is in the first and only header,
/// which has no length and ends the stream.
/// </summary>
internal static class GrpcRefusal
{
    /// <summary>Starts it behind a gateway.</summary>
    /// <returns>The service, and its address at the gateway.</returns>
    public static (RawService Service, Uri Url) Serve(GatewayHost gateway)
    {
        var service = RawService.Start(RefuseAsync);
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(service.Port, new() { Http2 = true }, []));
        return (service, gateway.UrlOf(podId, service.Port));
    }

    private static async Task RefuseAsync(RawConnection connection)
    {
        await connection.SendAsync(TextOf(Http2Frames.Frame(Http2Frames.Settings, 0, 0)));
        var seen = "";
        while (!seen.Contains("/test.Echo/", StringComparison.Ordinal))
        {
            seen += await connection.ReadAsync() ?? throw new IOException("The gateway hung up before it sent a call.");
        }

        await connection.SendAsync(TextOf(Http2Frames.HeadersOf(
            1, ends: true, (":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "5"), ("grpc-message", "no such thing"))));
        await connection.DrainAsync();
    }

    private static string TextOf(byte[] frames) => Encoding.Latin1.GetString(frames);
}
