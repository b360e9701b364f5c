using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts;

public sealed class SessionsTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task IsLive_UnusedForItsLife_IsOver()
    {
        await using var domain = await CreateAsync();
        var sessions = domain.Get<Sessions>();
        var used = await sessions.StartAsync(TestDomain.Owner, "Used");
        var unused = await sessions.StartAsync(TestDomain.Owner, "Unused");

        _clock.Advance(Sessions.Life - TimeSpan.FromMinutes(1));
        Assert.True(await sessions.IsLiveAsync(used));
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.True(await sessions.IsLiveAsync(used));
        Assert.False(await sessions.IsLiveAsync(unused));
        Assert.Equal([used], (await sessions.ListOwnAsync(TestDomain.Owner)).Select(session => session.Id));
    }

    [Fact]
    public async Task IsLive_AfterARestart_Holds()
    {
        await using var domain = await CreateAsync();
        var session = await domain.Get<Sessions>().StartAsync(TestDomain.Owner, "Browser");

        await domain.RestartConsoleAsync();

        Assert.True(await domain.Get<Sessions>().IsLiveAsync(session));
        Assert.False(await domain.Get<Sessions>().IsLiveAsync("unknown"));
    }

    [Fact]
    public async Task End_OfSomebodyElses_ChangesNothing()
    {
        await using var domain = await CreateAsync();
        var sessions = domain.Get<Sessions>();
        var session = await sessions.StartAsync(TestDomain.Owner, "Browser");

        await sessions.EndAsync(TestDomain.Other, session);

        Assert.True(await sessions.IsLiveAsync(session));
    }

    [Fact]
    public async Task EndAll_ExceptOne_KeepsOnlyThat()
    {
        await using var domain = await CreateAsync();
        var sessions = domain.Get<Sessions>();
        var kept = await sessions.StartAsync(TestDomain.Owner, "This");
        var other = await sessions.StartAsync(TestDomain.Owner, "Other");
        var stranger = await sessions.StartAsync(TestDomain.Other, "Stranger");

        await sessions.EndAllAsync(TestDomain.Owner, kept);

        Assert.True(await sessions.IsLiveAsync(kept));
        Assert.False(await sessions.IsLiveAsync(other));
        Assert.True(await sessions.IsLiveAsync(stranger));
    }

    private Task<TestDomain> CreateAsync() => TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
}
