using System.Text;
using PodConsole.Domain.Pods;

namespace PodConsole.Tests.Support;

/// <summary>Sends bytes that no proper client would send.</summary>
internal static class RawClient
{
    /// <summary>
    /// Sends text to a pod's port (<c>{host}</c> stands for its host) and reads until the gateway closes. A cut is an
    /// <see cref="IOException"/>.
    /// </summary>
    public static async Task<string> SendAsync(GatewayHost gateway, PodId podId, int port, string request)
    {
        var url = gateway.UrlOf(podId, port);
        await using var stream = await gateway.ConnectAsync(url.Host);
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes(request.Replace("{host}", url.Authority, StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
