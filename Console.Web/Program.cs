using PodConsole.Web.Hosting;

return await ConsoleApp.RunAsync(args);
