namespace PodConsole.Tests.Support;

/// <summary>
/// How much load a test makes: little in the test command, all that is promised under <c>eng/soak.sh</c>. Such a test carries
/// <c>[Trait("Load", "…")]</c>, by which the soak finds it.
/// </summary>
internal static class LoadSize
{
    /// <summary>Whether the promised figures are to be run at full size.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("POD_CONSOLE_LOAD") == "full";

    /// <summary>One of two sizes.</summary>
    /// <param name="quick">In the test command.</param>
    /// <param name="full">Under <c>eng/soak.sh</c>.</param>
    public static int Of(int quick, int full) => IsFull ? full : quick;
}
