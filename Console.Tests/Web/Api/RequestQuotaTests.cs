using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Settings;
using PodConsole.Web.Api.Keys;

namespace PodConsole.Tests.Web.Api;

public sealed class RequestQuotaTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Take_MinuteIsOver_BeginsAnew()
    {
        var quota = New(2);
        Take(quota, 2);

        Assert.Equal(("minute", 60), Refusal(quota));
        _clock.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(("minute", 15), Refusal(quota));
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(quota.Take("a", isUnlimited: false).FullWindow);
    }

    [Fact]
    public void Take_HourIsUsedUp_RefusesInANewMinuteToo()
    {
        var quota = New(1);
        for (var minute = 0; minute < 50; minute++)
        {
            Take(quota, 1);
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(("hour", 600), Refusal(quota));
    }

    [Fact]
    public void Take_RefusedRequests_DoNotCount()
    {
        var quota = New(1);
        Take(quota, 1);
        for (var count = 0; count < 100; count++)
        {
            Assert.Equal("minute", quota.Take("a", isUnlimited: false).FullWindow);
        }

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("\"minute\";r=0;t=60, \"hour\";r=48;t=3540", quota.Take("a", isUnlimited: false).RateLimit);
    }

    [Fact]
    public void Take_AnotherKey_HasItsOwn()
    {
        var quota = New(1);
        Take(quota, 1);

        Assert.Null(quota.Take("b", isUnlimited: false).FullWindow);
    }

    [Fact]
    public void Take_ClockSetBack_DoesNotLockOut()
    {
        var quota = New(1);
        Take(quota, 1);

        _clock.AdjustTime(_clock.GetUtcNow() - TimeSpan.FromHours(3));

        Assert.Null(quota.Take("a", isUnlimited: false).FullWindow);
    }

    private RequestQuota New(int perMinute) => new(Options.Create(new ApiSettings { RequestsPerMinute = perMinute }), _clock);

    private static void Take(RequestQuota quota, int count)
    {
        for (var index = 0; index < count; index++)
        {
            Assert.Null(quota.Take("a", isUnlimited: false).FullWindow);
        }
    }

    private static (string?, int) Refusal(RequestQuota quota) =>
        quota.Take("a", isUnlimited: false) is var result ? (result.FullWindow, result.RetryAfter) : default;
}
