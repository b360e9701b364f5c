using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http.Transport;

namespace PodConsole.Proxy.Http.Access;

/// <summary>
/// The gateway's own pages at a pod's address, below <see cref="Folder"/>: the way to the console and back with a one-time
/// code, and the way in by a shared link. They answer alike whether the pod exists or not.
/// </summary>
internal sealed class VisitPages(
    Tickets tickets, AccessGate gate, RouteTable routes, IOptions<ConsoleSettings> console, TimeProvider clock)
{
    /// <summary>The folder that a pod cannot serve itself.</summary>
    public const string Folder = "/.pod-console/";

    /// <summary>Sends the browser to the console.</summary>
    public const string Start = Folder + "start";

    /// <summary>Takes the console's code.</summary>
    public const string Enter = Folder + "enter";

    /// <summary>Opens a shared link.</summary>
    public const string Link = Folder + "link";

    private const string NonceCookie = CookieRules.ConsolePrefix + "Visit";
    private const int MaxReturnPath = 1000;
    private const int NonceLength = 22;
    private const int MaxNonces = 4;

    private static readonly TimeSpan StateLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan VisitLife = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, DateTime> _usedCodes = new();

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Whether a path belongs to the gateway.</summary>
    public static bool Own(PathString path) => path.Value is { } text && text.StartsWith(Folder, StringComparison.Ordinal);

    /// <summary>Answers a request for one of the pages.</summary>
    /// <param name="context">The request.</param>
    /// <param name="podId">The pod's id as sent.</param>
    /// <param name="port">The port.</param>
    public async Task AnswerAsync(HttpContext context, string podId, int port)
    {
        // Tickets are sealed with keys that may have to be read from disk.
        await PathScheduling.LeaveAsync(context);
        var address = $"{podId.ToLowerInvariant()}-{port}";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        var answer = !HttpMethods.IsGet(context.Request.Method) ? GatewayAnswer.UnknownAddress : context.Request.Path.Value switch
        {
            Start => GoToConsole(context, address),
            Enter => TakeCode(context, address),
            Link => TakeLink(context, address, routes.TryFind(podId, out var pod) ? pod.Find(port) : null),
            _ => GatewayAnswer.UnknownAddress,
        };
        if (answer is not null)
        {
            await GatewayAnswerWriter.WriteAsync(context, answer);
        }
    }

    private GatewayAnswer? GoToConsole(HttpContext context, string address)
    {
        // Always a new one, for a script of the pod may have set one that it knows. Other tabs may be on their way with theirs.
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var nonces = string.Join('.', NoncesOf(context).Prepend(nonce).Take(MaxNonces));
        context.Response.Cookies.Append(NonceCookie, nonces, CookieFor(StateLife));
        var state = tickets.Seal(new VisitState(address, Now + StateLife, nonce, ReturnPathOf(context.Request)));
        context.Response.Redirect($"{console.Value.PublicUrl.TrimEnd('/')}{PodVisits.OpenPath}/{address}?state={state}");
        return null;
    }

    private GatewayAnswer? TakeCode(HttpContext context, string address)
    {
        // Whoever shows a code uses it up, also the one who may not.
        var code = tickets.Open<VisitCode>(context.Request.Query["code"], address);
        if (code is null || !TryUse(code) || !NoncesOf(context).Any(nonce => IsSame(nonce, code.Nonce)))
        {
            return GatewayAnswer.VisitExpired;
        }

        LetIn(context, new(address, Now + VisitLife, code.IssuedAt, code.User, LinkId: null), code.ReturnPath);
        return null;
    }

    private GatewayAnswer? TakeLink(HttpContext context, string address, HttpRoute? route)
    {
        if (tickets.Open<SharedLink>(context.Request.Query["t"], address) is not { } link || route is null
            || !gate.AdmitsLink(context, route, link.GrantId))
        {
            return GatewayAnswer.UnknownAddress;
        }

        LetIn(context, new(address, link.ExpiresAt, Now, User: null, link.GrantId), "/");
        return null;
    }

    private void LetIn(HttpContext context, Visitor visitor, string path)
    {
        context.Response.Cookies.Append(AccessGate.Cookie, tickets.Seal(visitor), CookieFor(visitor.ExpiresAt - Now));
        context.Response.Redirect(path);
    }

    private bool TryUse(VisitCode code)
    {
        foreach (var (id, end) in _usedCodes)
        {
            if (end < Now)
            {
                _usedCodes.TryRemove(id, out _);
            }
        }

        return _usedCodes.TryAdd(code.Id, code.ExpiresAt);
    }

    // The page with the link is at the same address, so its own address tells where the visitor wanted to go.
    private static string ReturnPathOf(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var from) && from.Scheme == Uri.UriSchemeHttps
            && from.Authority.Equals(new Uri($"https://{request.Host}").Authority, StringComparison.OrdinalIgnoreCase)
            && from.PathAndQuery is ['/', not ('/' or '\\'), ..] path && path.Length <= MaxReturnPath && !Own(from.AbsolutePath)
            ? path
            : "/";

    private static string[] NoncesOf(HttpContext context) =>
        [.. (context.Request.Cookies[NonceCookie] ?? "").Split('.', MaxNonces + 1).Where(nonce => nonce.Length == NonceLength)];

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));

    private static CookieOptions CookieFor(TimeSpan life) =>
        new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = life };
}
