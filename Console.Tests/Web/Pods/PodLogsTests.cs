using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods.Logs;

namespace PodConsole.Tests.Web.Pods;

public sealed class PodLogsTests
{
    private static readonly DateTime Time = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Logs_LinesThatAreThere_AreShownWithTheirSource()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        domain.Runtime.WriteLogs(pod.Id, Line(1, "hello", LogSource.Stdout), Line(2, "oops", LogSource.Stderr));
        var logs = Show(tab, pod);

        await logs.WaitForAssertionAsync(() => Assert.Equal(["hello", "oops"], Texts(logs)));
        Assert.Contains("oops", logs.Find(".log-stderr").TextContent, StringComparison.Ordinal);
        Assert.Contains("2026-05-04 12:00:00.000Z", logs.Find("time").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_NewLines_AreAppended()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain);
        var pod = await domain.DeployAsync();
        var logs = Show(tab, pod);
        Assert.Contains("Waiting for the first line…", logs.Markup, StringComparison.Ordinal);

        domain.Runtime.WriteLogs(pod.Id, Line(1, "first"));
        await logs.WaitForAssertionAsync(() => Assert.Equal(["first"], Texts(logs)));
        domain.Runtime.WriteLogs(pod.Id, Line(2, "second"));
        await logs.WaitForAssertionAsync(() => Assert.Equal(["first", "second"], Texts(logs)));
    }

    [Fact]
    public async Task Logs_ForeignPod_ShowNothing()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using var tab = new PageContext(domain, TestDomain.Other);
        var pod = await domain.DeployAsync();
        domain.Runtime.WriteLogs(pod.Id, Line(1, "private"));
        var logs = Show(tab, pod);

        await logs.WaitForAssertionAsync(() => Assert.Contains("The output has ended.", logs.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("private", logs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_MoreThanItKeeps_DropsTheOldest()
    {
        var buffer = new LogBuffer();
        for (var number = 0; number <= LogBuffer.Capacity; number++)
        {
            buffer.Add(Line(number, $"{number}"));
        }

        Assert.Equal(LogBuffer.Capacity, buffer.ToList().Count);
        Assert.Equal(1, buffer.ToList()[0].Sequence);
        Assert.Equal(LogBuffer.Capacity, buffer.LastSequence);
    }

    [Theory]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("\e]0;title\aplain", "plain")]
    [InlineData("a\e[2Kb", "ab")]
    [InlineData("plain [31m", "plain [31m")]
    public void Add_TerminalCodes_AreLeftOut(string text, string shown)
    {
        var buffer = new LogBuffer();
        buffer.Add(Line(1, text));

        Assert.Equal(shown, buffer.ToList()[0].Text);
    }

    private static LogLine Line(long sequence, string text, LogSource source = LogSource.Stdout) => new(Time, sequence, source, text);

    private static IRenderedComponent<PodLogs> Show(PageContext tab, Pod pod)
    {
        var logs = tab.Show<PodLogs>(item => item.Add(logs => logs.Pod, pod));

        // Without a browser nothing has a height, so that nothing would be drawn.
        logs.FindAll("input")[1].Change(true);
        return logs;
    }

    private static IEnumerable<string> Texts(IRenderedComponent<PodLogs> logs) =>
        logs.FindAll(".log-text").Select(element => element.TextContent);
}
