using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports.Options;
using PodConsole.Proxy.Http;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Access;

/// <summary>
/// The time of a refusal tells nobody whether a port exists: what takes time is done for every address. Counted, because a
/// busy machine measures nothing.
/// </summary>
public sealed class RefusalTimeTests
{
    [Fact]
    public async Task Send_WithACookie_CostsTheSameWhetherThePortExists()
    {
        var protection = new CountedProtection();
        await using var gateway = await GatewayHost.StartAsync(services: services => services.AddSingleton<IDataProtectionProvider>(protection));
        PodId podId = PodId.New();
        gateway.Serve(podId,
            new WantedRoute(1000, new() { Audience = PortAudience.Owner }, []), new WantedRoute(1001, new() { AllowedNetworks = "192.0.2.1" }, []),
            new WantedRoute(1002, new() { ClosesAt = DateTime.UtcNow.AddMinutes(-1) }, []));
        using var client = gateway.NewClient();

        foreach (var url in new[] { gateway.UrlOf(podId, 1000), gateway.UrlOf(podId, 1001), gateway.UrlOf(podId, 1002), gateway.UrlOf(podId, 1003), gateway.UrlOf(PodId.New(), 1000) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Add("Cookie", $"__Host-PodConsoleVisitor={new string('A', 3000)}");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal(1, protection.Take());
        }
    }

    private sealed class CountedProtection : IDataProtectionProvider, IDataProtector
    {
        private int _count;

        public int Take() => Interlocked.Exchange(ref _count, 0);

        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => plaintext;

        public byte[] Unprotect(byte[] protectedData)
        {
            Interlocked.Increment(ref _count);
            throw new System.Security.Cryptography.CryptographicException();
        }
    }
}
