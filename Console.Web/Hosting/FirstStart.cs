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
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        foreach (var role in Roles.All)
        {
            if (!await roles.RoleExistsAsync(role))
            {
                await roles.CreateAsync(new IdentityRole(role));
            }
        }

        if (settings.Value is { AdminEmail: { Length: > 0 } email, AdminPassword: { Length: > 0 } password })
        {
            await EnsureAdminAsync(scope.ServiceProvider.GetRequiredService<Registration>(), users, email, password);
        }

        if (!await users.Users.AnyAsync())
        {
            setupCode.Open();
        }
    }

    // An account that exists keeps its password: whoever changed it in the console would be locked out by the next start.
    private async Task EnsureAdminAsync(Registration registration, UserManager<User> users, string email, string password)
    {
        var admin = await users.FindByEmailAsync(email);
        if (admin is null)
        {
            var (created, problems) = await registration.CreateAsync(email, password, Roles.Admin);
            admin = created ?? throw new UnauthorizedAccessException($"Console:AdminEmail, Console:AdminPassword: {string.Join(' ', problems)}");
        }

        if (settings.Value.AdminApiKey is { Length: > 0 } key)
        {
            await keys.SetFromSettingsAsync(admin.Id, key, CancellationToken.None);
        }
    }
}
