using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>Creates accounts.</summary>
internal sealed class Registration(UserManager<User> users, TimeProvider clock)
{
    /// <summary>Creates an account with a role.</summary>
    /// <returns>The account, or what is wrong with the e-mail address or password.</returns>
    public async Task<(User? User, IReadOnlyList<string> Problems)> CreateAsync(string email, string password, string role)
    {
        var user = new User { UserName = email, Email = email, CreatedAt = clock.GetUtcNow().UtcDateTime };
        var result = await users.CreateAsync(user, password);
        if (result.Succeeded)
        {
            result = await users.AddToRoleAsync(user, role);
        }

        return result.Succeeded ? (user, []) : (null, [.. result.Errors.Select(error => error.Description)]);
    }
}
