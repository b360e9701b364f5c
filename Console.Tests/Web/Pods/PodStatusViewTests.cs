using PodConsole.Domain.Pods;
using PodConsole.Web.Pods;

namespace PodConsole.Tests.Web.Pods;

public sealed class PodStatusViewTests
{
    [Theory]
    [InlineData(PodStatus.Provisioning, PodIntent.Run, "Provisioning")]
    [InlineData(PodStatus.Starting, PodIntent.Run, "Starting")]
    [InlineData(PodStatus.Running, PodIntent.Run, "Running")]
    [InlineData(PodStatus.Running, PodIntent.Stop, "Stopping")]
    [InlineData(PodStatus.Starting, PodIntent.Stop, "Stopping")]
    [InlineData(PodStatus.Exited, PodIntent.Stop, "Exited")]
    [InlineData(PodStatus.Exited, PodIntent.Run, "Exited")]
    [InlineData(PodStatus.Error, PodIntent.Run, "Error")]
    public void Of_Status_HasItsWord(PodStatus status, PodIntent intent, string text) =>
        Assert.Equal(text, PodStatusView.Of(new Pod { Status = status, Intent = intent }).Text);
}
