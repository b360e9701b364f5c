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

    /// <summary>
    /// Sends text, each segment at a time, then that nothing more will come, and reads until the gateway closes, or cuts.
    /// Fails the test when that takes longer than a minute.
    /// </summary>
    public static async Task<string> ExchangeAsync(GatewayHost gateway, string host, IEnumerable<string> segments)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        await using var stream = await gateway.ConnectAsync(host);
        try
        {
            foreach (var segment in segments)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes(segment), deadline.Token);
            }

            // Not while reading: a stream does not bear both at once.
            await stream.ShutdownAsync();
        }
        catch (IOException)
        {
            // The gateway has hung up on what came first. Its answer may still be there.
        }

        var answer = new StringBuilder();
        var buffer = new byte[16 << 10];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) is > 0 and var count)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // A cut, which shows in what has come.
        }

        return answer.ToString();
    }
}
