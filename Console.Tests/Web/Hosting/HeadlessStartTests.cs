using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;
using PodConsole.Web.Account;

namespace PodConsole.Tests.Web.Hosting;

public sealed class HeadlessStartTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_AdminInSettings_CreatesAnAdministratorWithAWorkingKey()
    {
        await using var host = await ConsoleHost.StartAsync();

        var key = await KeyAsync(host, ConsoleHost.ApiKey);
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var admin = await users.FindByIdAsync(key!.UserId!);

        Assert.Equal(ConsoleHost.Email, admin!.Email);
        Assert.True(await users.IsInRoleAsync(admin, Roles.Admin));
        Assert.Null(host.Services.GetRequiredService<SetupCode>().Value);
    }

    [Fact]
    public async Task Start_AdminInSettings_StoresHashesOnly()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.StopAsync();

        foreach (var file in Directory.EnumerateFiles(host.Arguments.DataDirectory, "*", SearchOption.AllDirectories))
        {
            var content = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file, Cancelled));
            Assert.DoesNotContain(ConsoleHost.Password, content, StringComparison.Ordinal);
            Assert.DoesNotContain(ConsoleHost.ApiKey, content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Restart_AnotherKey_ReplacesTheOldOne()
    {
        const string NewKey = "ppk_another-key-another-key-another-key-1";
        await using var host = await ConsoleHost.StartAsync();

        await host.RestartAsync($"Console:AdminApiKey={NewKey}");

        Assert.Null(await KeyAsync(host, ConsoleHost.ApiKey));
        Assert.NotNull(await KeyAsync(host, NewKey));
    }

    [Fact]
    public async Task Restart_KeyRemovedFromSettings_EndsIt()
    {
        await using var host = await ConsoleHost.StartAsync();

        await host.RestartAsync("Console:AdminApiKey=");

        Assert.Null(await KeyAsync(host, ConsoleHost.ApiKey));
    }

    [Fact]
    public async Task Restart_AnotherPassword_LeavesThatOfTheAccountAlone()
    {
        await using var host = await ConsoleHost.StartAsync();

        await host.RestartAsync("Console:AdminPassword=another long password");

        using var client = await host.NewSignedInClientAsync();
        Assert.True(await client.IsSignedInAsync());
    }

    [Fact]
    public async Task Restart_SignedIn_StaysSignedIn()
    {
        await using var host = await ConsoleHost.StartAsync();
        using var client = await host.NewSignedInClientAsync();

        await host.RestartAsync();

        Assert.True(await client.IsSignedInAsync());
    }

    [Fact]
    public async Task Start_DataDirectory_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        using var parent = new TempDirectory();
        await using var host = await ConsoleHost.StartAsync($"Console:DataDirectory={parent.File("new/data")}");

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(parent.File("new/data")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(parent.File("new/data/keys")));
    }

    private static Task<ApiCaller?> KeyAsync(ConsoleHost host, string key) =>
        host.Services.GetRequiredService<ApiCallers>().FindAsync(key, Cancelled);
}
