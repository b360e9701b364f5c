using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Web.Api.Bodies;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Api.Account;

/// <summary>The caller's SSH public keys for programs: the whole list is read, and the whole list is replaced.</summary>
internal static class SshKeyRoutes
{
    public static void MapSshKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/account/ssh-keys").WithTags("Account");
        keys.MapGet("", ListAsync).Describe("getSshKeys", "List the SSH public keys").Produces<SshKeysAnswer>();
        keys.MapPut("", ReplaceAsync).Describe("updateSshKeys", "Replace the SSH public keys").Reads("UpdateSshKeysRequest", ReadLines)
            .Produces<SshKeysAnswer>().Refuses(422);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, SshKeyService service, CancellationToken cancellationToken) =>
        Ok(await service.ListAsync(user.ToActor(), cancellationToken));

    private static async Task<IResult> ReplaceAsync(HttpContext context, ClaimsPrincipal user, SshKeyService service)
    {
        var (lines, problem) = await JsonBody.ReadAsync(context, ReadLines);
        return problem ?? await service.ReplaceAsync(user.ToActor(), lines!, context.RequestAborted) switch
        {
            SshKeyResult.Saved saved => Ok(saved.Keys),
            SshKeyResult.Invalid invalid => Problem.Invalid([.. invalid.Errors.Select(error => $"{PathOf(error)}: {error.Message}")]),
            _ => Problem.NotFound("SSH key"),
        };
    }

    private static IReadOnlyList<string> ReadLines(BodyReader body)
    {
        body.Require("keys");
        return body.Strings("keys") ?? [];
    }

    private static string PathOf(SshKeyError error) => error.Field == nameof(SshKey.Line) ? $"$.keys[{error.Index}]" : "$.keys";

    private static JsonHttpResult<SshKeysAnswer> Ok(IReadOnlyList<SshKey> keys) =>
        TypedResults.Json(new SshKeysAnswer([.. keys.Select(key => key.Line)]), ApiJson.Options);
}

/// <summary>All SSH public keys of an account, as lines of <c>authorized_keys</c> (<c>SshKeys</c>).</summary>
internal sealed record SshKeysAnswer(IReadOnlyList<string> Keys);
