using PodConsole.Domain.Pods;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http;

/// <summary>What a pod that speaks HTTP/2 may send ahead of what its client takes, which is what the gateway has to hold.</summary>
public sealed class UpstreamWindowTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_PodThatFeignsALongWay_IsAllowedNoMoreThanAtFirst()
    {
        await using var pod = LateAckPod.Start(32 * MiB);
        await using var gateway = await GatewayHost.StartAsync();
        using var client = gateway.NewClient();
        var podId = PodId.New();
        gateway.Serve(podId, new WantedRoute(pod.Port, new() { Http2 = true }, []));

        var body = await client.GetByteArrayAsync(gateway.UrlOf(podId, pod.Port), Cancel);

        Assert.Equal(32 * MiB, body.Length);
        Assert.InRange(pod.MostAllowed, 1, 128 * 1024);
    }
}
