using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;

namespace PodConsole.Tests.Support;

/// <summary>More accounts of a console, besides its administrator.</summary>
internal static class TestAccounts
{
    public const string Password = "another long password";

    /// <summary>Makes an account.</summary>
    public static async Task<User> AddAsync(ConsoleHost host, string email = "user@example.org", string role = Roles.User)
    {
        var (user, problems) = await host.Services.GetRequiredService<Registration>().CreateAsync(email, Password, role, source: null);
        return user ?? throw new InvalidOperationException(string.Join(' ', problems));
    }

    /// <summary>A browser in which an account is signed in.</summary>
    public static async Task<ConsoleClient> SignInAsync(ConsoleHost host, string email)
    {
        var client = host.NewClient();
        using var answer = await client.SignInAsync(email, Password);
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }
}
