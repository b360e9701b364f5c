using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace PodConsole.Proxy.Http.Access;

/// <summary>Seals what the gateway hands out and later reads back: nobody else can read, change or make one.</summary>
internal sealed class Tickets(IDataProtectionProvider protection, TimeProvider clock)
{
    private const int MaxLength = 4096;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The ticket as a text for a URL or cookie. One kind cannot be passed off as another.</summary>
    public string Seal<T>(T ticket) where T : Ticket => ProtectorOf<T>().Protect(JsonSerializer.Serialize(ticket));

    /// <summary>Reads a ticket; null when it is none of ours, of another kind, for another address, or expired.</summary>
    /// <param name="text">The text; anything at all.</param>
    /// <param name="address">The pod and port it must be for.</param>
    public T? Open<T>(string? text, string address) where T : Ticket
    {
        if (text is not { Length: > 0 and <= MaxLength })
        {
            return null;
        }

        try
        {
            var ticket = JsonSerializer.Deserialize<T>(ProtectorOf<T>().Unprotect(text));
            return ticket?.Address == address && ticket.ExpiresAt > Now ? ticket : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or JsonException)
        {
            return null; // Whoever sent it is told what everyone without a ticket is told.
        }
    }

    private IDataProtector ProtectorOf<T>() => protection.CreateProtector("PodConsole.Gateway", typeof(T).Name);
}

/// <summary>What all tickets say.</summary>
/// <param name="Address">The pod and port it is for: <c>{podId}-{port}</c>.</param>
/// <param name="ExpiresAt">When it ends, UTC.</param>
internal abstract record Ticket(string Address, DateTime ExpiresAt);

/// <summary>A browser on its way to the console, to be let in to a pod.</summary>
/// <remarks>The nonce is what a cookie at the pod's address holds; the path is where the browser wanted to go.</remarks>
internal sealed record VisitState(string Address, DateTime ExpiresAt, string Nonce, string ReturnPath) : Ticket(Address, ExpiresAt);

/// <summary>The console's permission, on the way back; good for one use by the browser that asked.</summary>
internal sealed record VisitCode(string Address, DateTime ExpiresAt, string Id, DateTime IssuedAt, VisitUser User, string Nonce, string ReturnPath)
    : Ticket(Address, ExpiresAt);

/// <summary>A browser that was let in: by an account, or by a link. The cookie at the pod's address.</summary>
/// <remarks>Of an account it counts from the moment at which the console let it in: a sign-out since then ends it.</remarks>
internal sealed record Visitor(string Address, DateTime ExpiresAt, DateTime IssuedAt, VisitUser? User, string? LinkId) : Ticket(Address, ExpiresAt);

/// <summary>What a shared link holds.</summary>
internal sealed record SharedLink(string Address, DateTime ExpiresAt, string GrantId) : Ticket(Address, ExpiresAt);

/// <summary>An account as it was when it was let in.</summary>
/// <param name="Id">The account.</param>
/// <param name="Stamp">Changes with its password and the like.</param>
internal sealed record VisitUser(string Id, string Stamp);
