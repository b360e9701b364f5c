using System.Security.Claims;
using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Web.Api.Keys;

/// <summary>What is known of a program from its key, as claims.</summary>
internal static class KeyClaims
{
    /// <summary>Tells the key apart from all others.</summary>
    public const string Key = "pod-console/api-key";

    /// <summary>The name of an account's key.</summary>
    public const string Name = "pod-console/api-key-name";

    /// <summary>What the key may do.</summary>
    public const string Scopes = "pod-console/scopes";

    /// <summary>The pod whose own key it is.</summary>
    public const string Pod = "pod-console/pod";

    /// <summary>Marks a key that no quota applies to.</summary>
    public const string Unlimited = "pod-console/unlimited";

    /// <summary>The claims of a caller.</summary>
    public static IEnumerable<Claim> Of(ApiCaller caller)
    {
        yield return new(Key, caller.KeyId);
        yield return new(Scopes, $"{caller.Scopes}");
        if (caller.UserId is { } user)
        {
            yield return new(ClaimTypes.NameIdentifier, user);
            yield return new(ClaimTypes.Role, caller.Role);
            yield return new(Name, caller.KeyName ?? "");
        }

        if (caller.PodId is { } pod)
        {
            yield return new(Pod, pod.Value);
        }

        if (caller.IsUnlimited)
        {
            yield return new(Unlimited, "");
        }
    }

    /// <summary>The scopes of a principal; none when it came without a key.</summary>
    public static ApiScopes ScopesOf(ClaimsPrincipal user) => Enum.TryParse<ApiScopes>(user.FindFirstValue(Scopes), out var scopes) ? scopes : ApiScopes.None;
}
