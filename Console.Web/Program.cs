using PodConsole.Runtimes.LocalProcess;
using PodConsole.Web.Hosting;

return LocalProcessVerbs.TryRun(args, out var exitCode) ? exitCode : await ConsoleApp.RunAsync(args);
