using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>The roles, which exist from the start. An account has one of them.</summary>
public static class Roles
{
    /// <summary>Uses the console.</summary>
    public const string User = "User";

    /// <summary>Also publishes templates to everyone.</summary>
    public const string TemplateAuthor = "TemplateAuthor";

    /// <summary>Also sees and acts on everything.</summary>
    public const string Admin = "Admin";

    /// <summary>All of them, from the least to the most powerful.</summary>
    public static IReadOnlyList<string> All { get; } = [User, TemplateAuthor, Admin];

    /// <summary>The most powerful of an account's roles; <see cref="User"/> when it has none.</summary>
    public static string Highest(IEnumerable<string?> roles) => All.LastOrDefault(role => roles.Contains(role)) ?? User;

    /// <summary>Makes those that are missing.</summary>
    internal static async Task SeedAsync(ConsoleDbContext db, CancellationToken cancellationToken)
    {
        var present = await db.Roles.Select(role => role.Name).ToListAsync(cancellationToken);
        db.Roles.AddRange(All.Except(present).Select(name => new IdentityRole(name!) { NormalizedName = name!.ToUpperInvariant() }));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Makes a role an account's only one; the context is changed, not saved.</summary>
    internal static async Task SetAsync(ConsoleDbContext db, string userId, string role)
    {
        db.UserRoles.RemoveRange(await db.UserRoles.Where(item => item.UserId == userId).ToListAsync());
        var roleId = await db.Roles.Where(item => item.Name == role).Select(item => item.Id).SingleAsync();
        db.UserRoles.Add(new() { UserId = userId, RoleId = roleId });
    }
}
