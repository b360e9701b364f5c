using System.Diagnostics;

namespace PodConsole.Tests.Support;

/// <summary>Runs a program that people use, to its end.</summary>
internal static class RealProgram
{
    /// <summary>Runs a program. What it writes as errors is added to the output when it fails.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs; null for the tests' own directory.</param>
    /// <param name="variables">Environment variables besides the tests' own.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string? directory = null, params IEnumerable<(string Name, string Value)> variables)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? AppContext.BaseDirectory,
        };
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }

        using var process = Process.Start(info)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, process.ExitCode == 0 ? output : output + await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    public static async Task<string> OutputOfAsync(
        string program, IEnumerable<string> arguments, string? directory = null, params IEnumerable<(string Name, string Value)> variables)
    {
        var (exitCode, output) = await RunAsync(program, arguments, directory, variables);
        Assert.True(exitCode == 0, $"{program} ended with {exitCode}:\n{output}");
        return output;
    }
}
