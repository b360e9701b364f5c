using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using PodConsole.Domain.Accounts;

namespace PodConsole.Web.Account;

/// <summary>What of accounts is not a page.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes) =>
        routes.MapPost(AccountPaths.SignOut, SignOutAsync).AllowAnonymous();

    private static async Task<IResult> SignOutAsync(
        HttpContext context, IAntiforgery antiforgery, SessionEnds ends, VisitorDirectory visitors)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.Redirect("/");
        }

        ends.End(context.User);
        if (context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } userId)
        {
            await visitors.SignOutAsync(userId);
        }

        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return Results.Redirect(AccountPaths.SignIn);
    }
}
