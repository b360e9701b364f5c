using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Accounts;

/// <summary>Registers accounts, and the rules for their names and passwords.</summary>
internal static class IdentityServices
{
    public static IServiceCollection AddIdentityRules(this IServiceCollection services)
    {
        services.AddIdentityCore<User>(options =>
        {
            // The model depends on it: a table for passkeys is there from the first migration on.
            options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

            // Length is what makes a password strong (NIST SP 800-63B); rules about characters only annoy.
            options.Password.RequiredLength = 10;
            options.Password.RequireDigit = options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
            options.User.RequireUniqueEmail = true;

            // The name is the e-mail address, which has rules of its own.
            options.User.AllowedUserNameCharacters = "";
        })
        .AddRoles<IdentityRole>()
        .AddEntityFrameworkStores<ConsoleDbContext>()
        .AddUserStore<AccountStore>()
        .AddTokenProvider<AuthenticatorTokenProvider<User>>(TokenOptions.DefaultAuthenticatorProvider);
        return services.AddSingleton<VisitorDirectory>().AddSingleton<IVisitorDirectory>(provider => provider.GetRequiredService<VisitorDirectory>())
            .AddSingleton<Sessions>().AddSingleton<Registration>().AddSingleton<AccountService>()
            .AddSingleton<AccountLinks>().AddSingleton<LinkUse>().AddSingleton<SignInGuard>().AddSingleton<SecondFactor>()
            .AddSingleton<OwnAccount>().AddSingleton<ApiKeyService>().AddSingleton<ApiCallers>().AddSingleton<SettingsKey>()
            .AddSingleton<KeyUses>().AddHostedService(provider => provider.GetRequiredService<KeyUses>());
    }
}
