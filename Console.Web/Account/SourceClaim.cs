using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace PodConsole.Web.Account;

/// <summary>
/// Notes with each request of an account the network address it comes from. An open page keeps what its connection came with,
/// because nothing else of a request is left there.
/// </summary>
internal sealed class SourceClaim(CurrentRequest current) : IClaimsTransformation
{
    /// <summary>The claim's type.</summary>
    public const string ClaimType = "pod-console/source";

    /// <summary>The client's address; empty when none is known.</summary>
    public static string Of(HttpContext? context) =>
        context?.Connection.RemoteIpAddress is { } address ? $"{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}" : "";

    // A copy: what is added to the principal itself goes into the cookie when it is renewed.
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) => Task.FromResult(
        new ClaimsPrincipal([.. principal.Identities, new ClaimsIdentity([new Claim(ClaimType, Of(current.Context))])]));
}
