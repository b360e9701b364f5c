using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Account;

public sealed class CurrentRequestTests
{
    [Fact]
    public async Task Services_OfTheWholeProcess_NoteNoRequests()
    {
        await using var host = await ConsoleHost.StartAsync();

        // With one, the host notes each request in the execution context: those for pods too, which carry it through all their steps.
        Assert.Null(host.Services.GetService<IHttpContextAccessor>());
    }
}
