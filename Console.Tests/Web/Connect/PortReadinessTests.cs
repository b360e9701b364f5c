using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Web.Connect;

namespace PodConsole.Tests.Web.Connect;

public sealed class PortReadinessTests
{
    private static readonly DateTime Now = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(PortState.Live, PodStatus.Running, PodIntent.Run, 300, Readiness.Ready)]
    [InlineData(PortState.Waiting, PodStatus.Provisioning, PodIntent.Run, null, Readiness.Initializing)]
    [InlineData(PortState.Waiting, PodStatus.Starting, PodIntent.Run, null, Readiness.Initializing)]
    [InlineData(PortState.Waiting, PodStatus.Running, PodIntent.Run, 59, Readiness.Initializing)]
    [InlineData(PortState.Waiting, PodStatus.Running, PodIntent.Run, 60, Readiness.NotReady)]
    [InlineData(PortState.Waiting, PodStatus.Running, PodIntent.Stop, 5, Readiness.NotReady)]
    [InlineData(PortState.Waiting, PodStatus.Exited, PodIntent.Stop, 5, Readiness.NotReady)]
    [InlineData(PortState.Failed, PodStatus.Running, PodIntent.Run, 5, Readiness.NotReady)]
    public void Of_Report_HasItsWord(PortState state, PodStatus status, PodIntent intent, int? secondsUp, Readiness expected)
    {
        var pod = new Pod { Status = status, Intent = intent, StartedAt = secondsUp is { } seconds ? Now.AddSeconds(-seconds) : null };
        var port = new ExposedPort { Key = new(PortProtocol.Http, 8888), State = state };

        Assert.Equal(expected, PortReadiness.Of(port, pod, Now));
    }
}
