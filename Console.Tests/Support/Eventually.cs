namespace PodConsole.Tests.Support;

/// <summary>Waits for a condition with a deadline, instead of sleeping and hoping.</summary>
internal static class Eventually
{
    /// <summary>How long any test waits for anything: far longer than it takes on a machine that is busy with something else too.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Returns once the condition holds; fails the test after <see cref="Deadline"/>.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Returns once the condition holds; fails the test after <see cref="Deadline"/>.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
            {
                Assert.Fail($"Not within {Deadline.TotalSeconds} s: {what}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
