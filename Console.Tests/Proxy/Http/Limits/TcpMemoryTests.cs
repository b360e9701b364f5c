using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Proxy.Http.Limits;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Limits;

public sealed class TcpMemoryTests
{
    [Theory]
    [InlineData(200, false)]
    [InlineData(201, true)]
    public void IsScarce_MoreThanTheFirstMark_Is(long used, bool isScarce)
    {
        using var proc = new FakeProc(used, carefree: 200);

        Assert.Equal(isScarce, new TcpMemory(TimeProvider.System, proc.Path).IsScarce);
    }

    [Fact]
    public void IsScarce_SystemDoesNotSay_IsNot()
    {
        using var nothing = new TempDirectory();

        Assert.False(new TcpMemory(TimeProvider.System, nothing.Path).IsScarce);
    }

    [Fact]
    public void IsScarce_ThisSystem_CanBeRead() => Assert.Null(Record.Exception(() => new TcpMemory(TimeProvider.System).IsScarce));

    [Fact]
    public void IsScarce_AskedAgain_IsReadOnceASecond()
    {
        var clock = new FakeTimeProvider();
        using var proc = new FakeProc(used: 0, carefree: 200);
        var memory = new TcpMemory(clock, proc.Path);
        Assert.False(memory.IsScarce);

        proc.Use(300);
        Assert.False(memory.IsScarce);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(memory.IsScarce);
    }

    [Fact]
    public async Task Get_MemoryIsScarce_WhoTakesNothingGoesSooner()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is taken is counted on Linux.");
        var patience = TimeSpan.FromSeconds(40);
        using var proc = new FakeProc(used: 201, carefree: 200);
        await using var service = await HttpService.StartAsync(static async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1 << 20], context.RequestAborted);
            }
        });
        await using var gateway = await GatewayHost.StartAsync(
            settings => settings.SlowClientTimeout = patience,
            services => services.AddSingleton(new TcpMemory(TimeProvider.System, proc.Path)));
        var host = gateway.UrlOf(gateway.Expose(service.Port), service.Port).Authority;
        using var held = new HeldConnections(gateway.HttpsPort);
        var client = await SlowSocket.OpenAsync(gateway, host.Split(':')[0]);

        var lasted = await client.BeSlowAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", null, TimeSpan.FromSeconds(1), () => held.Now);

        Assert.InRange(lasted, patience / 4, patience - TimeSpan.FromSeconds(1));
    }
}
