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
    public static Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string? directory = null, params IEnumerable<(string Name, string Value)> variables) =>
        RunAsync(null, program, arguments, directory, variables);

    /// <summary>Runs a program that reads this file as its input.</summary>
    public static Task<(int ExitCode, string Output)> RunWithInputAsync(
        string file, string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> variables) =>
        RunAsync(file, program, arguments, null, variables);

    /// <summary>Runs a program that must succeed.</summary>
    public static async Task<string> OutputOfAsync(
        string program, IEnumerable<string> arguments, string? directory = null, params IEnumerable<(string Name, string Value)> variables)
    {
        var (exitCode, output) = await RunAsync(program, arguments, directory, variables);
        Assert.True(exitCode == 0, $"{program} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Skips the test where a program is missing that <c>eng/test.sh</c> could not install.</summary>
    /// <param name="program">The program.</param>
    /// <param name="package">What brings it.</param>
    /// <param name="folders">Where else it may be than on the PATH.</param>
    /// <returns>Its path.</returns>
    public static string Require(string program, string package, params IEnumerable<string> folders)
    {
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Concat(folders)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"There is no {program} on this machine: install {package}.");
        return path!;
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string? input, string program, IEnumerable<string> arguments, string? directory, IEnumerable<(string Name, string Value)> variables)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
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
            var feeding = FeedAsync(process, input);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await feeding;
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

    private static async Task FeedAsync(Process process, string? file)
    {
        await using var input = process.StandardInput.BaseStream;
        if (file is null)
        {
            return;
        }

        try
        {
            await using var content = File.OpenRead(file);
            await content.CopyToAsync(input, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // It ended before it read everything; its exit code says why.
        }
    }
}
