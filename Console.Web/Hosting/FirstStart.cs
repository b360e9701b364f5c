using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;
using PodConsole.Web.Account;

namespace PodConsole.Web.Hosting;

/// <summary>Makes the console usable: the database, the roles, and the administrator that the settings name.</summary>
internal sealed class FirstStart(
    Database database,
    IServiceScopeFactory scopes,
    ApiKeyService keys,
    SetupCode setupCode,
    IOptions<ConsoleSettings> settings)
{
    public async Task PrepareAsync()
    {
        await database.PrepareAsync();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        await CreateRolesAsync(scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>());

        User? admin = null;
        if (settings.Value is { AdminEmail: { Length: > 0 } email, AdminPassword: { Length: > 0 } password })
        {
            admin = await EnsureAdminAsync(scope.ServiceProvider.GetRequiredService<Registration>(), users, email, password);
        }

        if (admin is not null && settings.Value.AdminApiKey is { Length: > 0 } key)
        {
            await keys.SetFromSettingsAsync(admin.Id, key, CancellationToken.None);
        }
        else
        {
            await keys.RemoveFromSettingsAsync(CancellationToken.None);
        }

        if (!await users.Users.AnyAsync())
        {
            setupCode.Open();
        }
    }

    private static async Task CreateRolesAsync(RoleManager<IdentityRole> roles)
    {
        foreach (var role in Roles.All)
        {
            if (!await roles.RoleExistsAsync(role))
            {
                await roles.CreateAsync(new IdentityRole(role));
            }
        }
    }

    // An account that exists keeps its password: whoever changed it in the console would be locked out by the next start.
    private static async Task<User> EnsureAdminAsync(Registration registration, UserManager<User> users, string email, string password)
    {
        if (await users.FindByEmailAsync(email) is not { } admin)
        {
            var (created, problems) = await registration.CreateAsync(email, password, Roles.Admin);
            return created ?? throw new StartFailure(
                $"Pod Console could not start.\nConsole:AdminEmail, Console:AdminPassword: {string.Join(' ', problems)}");
        }

        if (!await users.IsInRoleAsync(admin, Roles.Admin))
        {
            await users.AddToRoleAsync(admin, Roles.Admin);
        }

        return admin;
    }
}
