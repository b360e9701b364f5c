using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Account;

/// <summary>What of accounts is not a page.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes) =>
        routes.MapPost(AccountPaths.SignOut, SignOutAsync).AllowAnonymous().WithMetadata(new RequireAntiforgeryTokenAttribute());

    private static async Task<IResult> SignOutAsync(HttpContext context, Sessions sessions)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true })
        {
            return Results.Redirect("/");
        }

        if (SessionCookie.SessionOf(context.User) is { } session)
        {
            await sessions.EndAsync(context.User.ToActor(), session);
        }

        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return Results.Redirect(AccountPaths.SignIn);
    }
}
