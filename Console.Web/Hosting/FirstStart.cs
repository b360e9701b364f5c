using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;
using PodConsole.Web.Account;

namespace PodConsole.Web.Hosting;

/// <summary>Makes the console usable: the database, and the administrator that the settings name.</summary>
internal sealed class FirstStart(
    Database database,
    IServiceScopeFactory scopes,
    Registration registration,
    SettingsKey keys,
    SetupCode setupCode,
    IOptions<ConsoleSettings> settings)
{
    public async Task PrepareAsync()
    {
        await database.PrepareAsync();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();

        User? admin = null;
        if (settings.Value is { AdminEmail: { Length: > 0 } email, AdminPassword: { Length: > 0 } password })
        {
            admin = await EnsureAdminAsync(users, email, password);
        }

        if (admin is not null && settings.Value.AdminApiKey is { Length: > 0 } key)
        {
            await keys.SetAsync(admin.Id, key, CancellationToken.None);
        }
        else
        {
            await keys.RemoveAsync(CancellationToken.None);
        }

        if (!await users.Users.AnyAsync())
        {
            setupCode.Open();
        }
    }

    // An account that exists keeps its password: whoever changed it in the console would be locked out by the next start.
    private async Task<User> EnsureAdminAsync(UserManager<User> users, string email, string password)
    {
        if (await users.FindByEmailAsync(email) is not { } admin)
        {
            var (created, problems) = await registration.CreateAsync(email, password, Roles.Admin, source: null);
            return created ?? throw new StartFailure(
                $"Pod Console could not start.\nConsole:AdminEmail, Console:AdminPassword: {string.Join(' ', problems)}");
        }

        if (!await users.IsInRoleAsync(admin, Roles.Admin))
        {
            await registration.PromoteAsync(admin.Id);
        }

        return admin;
    }
}
