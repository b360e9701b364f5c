using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Data;
using PodConsole.Domain.Settings;
using PodConsole.Web.Account;

namespace PodConsole.Web.Hosting;

/// <summary>
/// Makes the console usable: roles, templates, and the administrator that the settings name. Pods are served without them, so this
/// comes after, and requests for the console wait for it.
/// </summary>
internal sealed class FirstStart(
    Database database,
    IServiceScopeFactory scopes,
    Registration registration,
    SettingsKey keys,
    SetupCode setupCode,
    IOptions<ConsoleSettings> settings)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the console can be used.</summary>
    public bool IsDone => _done.Task.IsCompleted;

    /// <summary>Does it, once. The database must have been prepared. Throws what <see cref="StartFailure"/> explains.</summary>
    public async Task PrepareAsync()
    {
        await database.SeedAsync();
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

        _done.SetResult();
    }

    /// <summary>Holds a request until the console can be used; whoever asks for its health is told at once.</summary>
    public Task WaitAsync(HttpContext context, RequestDelegate next) =>
        IsDone || context.Request.Path.StartsWithSegments(HealthEndpoints.Path) ? next(context) : WaitLongAsync(context, next);

    private async Task WaitLongAsync(HttpContext context, RequestDelegate next)
    {
        await _done.Task.WaitAsync(context.RequestAborted);
        await next(context);
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
