using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Tests.Isolation;

/// <summary>What the owner has, and what an endpoint or a method is about.</summary>
internal enum Thing
{
    None,
    Pod,
    Template,
    Connection,

    /// <summary>An HTTP port that only its owner may open: <c>{podId}-{port}</c>.</summary>
    PrivatePort,
}

/// <summary>One endpoint of the console, and whom it is for.</summary>
/// <param name="Endpoint">Methods and pattern as they are mapped; <c>*</c> for all methods.</param>
/// <param name="Audience">Whom it is for.</param>
/// <param name="Status">The status of those whom it serves.</param>
/// <param name="Of">What its route parameter names, or the <c>{id}</c> of its body. Each who may gets one of his own.</param>
/// <param name="Body">The JSON body.</param>
/// <param name="Shows">What of the owner its answer names to the owner. It never names anything of the owner's to others.</param>
internal sealed record EndpointRule(
    string Endpoint, Audience Audience, int Status = 200, Thing Of = Thing.None, string? Body = null, Thing Shows = Thing.None)
{
    /// <summary>The scope that a key needs; by default what the method says.</summary>
    public ApiScopes? Scope { get; init; }

    /// <summary>Whether pods may ask it about themselves, with their own keys.</summary>
    public bool OpenToPods { get; init; }

    /// <summary><see cref="Scope"/>, or its default.</summary>
    public ApiScopes NeededScope => Scope ?? (Endpoint.StartsWith("GET", StringComparison.Ordinal) ? ApiScopes.Read : ApiScopes.Write);

    /// <summary>The rule's name in the list of tests.</summary>
    public string Name => Body is null ? Endpoint : $"{Endpoint} {Body}";
}

/// <summary>
/// Every endpoint of the console but its files, pages included: a new one gets a line here. What pages show once their
/// circuit runs is in <see cref="PageTests"/>.
/// </summary>
internal static class EndpointRules
{
    public static IReadOnlyList<EndpointRule> All { get; } =
    [
        new("GET /health/live", Audience.Everyone),
        new("GET /health/ready", Audience.Everyone),
        new("GET /openapi/v2.json", Audience.Everyone),
        new("GET /reference/{documentName?}", Audience.Everyone),
        new("GET /reference/scalar.js", Audience.Everyone),
        new("GET /reference/scalar.aspnetcore.js", Audience.Everyone),
        new("GET /reference/favicon.svg", Audience.Everyone),
        new("GET /metrics", Audience.Admins),
        new("GET /certificates/pod-console-ca.crt", Audience.SignedIn),
        new("GET /open/{address}", Audience.OwnerPage, 302, Thing.PrivatePort),

        // It asks for the token of a form, and sends whoever has none to the start page.
        new("POST /sign-out", Audience.Everyone, 302),

        new("GET,POST /", Audience.SignedIn),
        new("GET,POST /pods", Audience.SignedIn),
        new("GET,POST /pods/{Id}", Audience.SignedIn, Of: Thing.Pod),
        new("GET,POST /deploy", Audience.SignedIn),
        new("GET,POST /templates", Audience.SignedIn),
        new("GET,POST /connections", Audience.SignedIn),
        new("GET,POST /certificates", Audience.SignedIn),
        new("GET,POST /profile", Audience.SignedIn),
        new("GET,POST /users", Audience.AdminPage),
        new("GET,POST /audit", Audience.AdminPage),
        new("GET,POST /sign-in", Audience.Everyone),
        new("GET,POST /setup", Audience.Everyone),
        new("GET,POST /join", Audience.Everyone),
        new("GET,POST /reset-password", Audience.Everyone),
        new("GET,POST /error", Audience.Everyone),
        new("GET,POST /not-found", Audience.Everyone),

        new("GET /v2/pods", Audience.Key, Shows: Thing.Pod),
        new("POST /v2/pods", Audience.Key, 422, Body: """{"nonsense":1}"""),
        new("POST /v2/pods", Audience.OwnersKey, 201, Thing.Template, """{"name":"made","templateId":"{id}"}"""),
        new("GET /v2/pods/{id}", Audience.OwnersKey, Of: Thing.Pod) { OpenToPods = true },
        new("PATCH /v2/pods/{id}", Audience.OwnersKey, Of: Thing.Pod, Body: """{"name":"renamed"}"""),
        new("PATCH /v2/pods/{id}", Audience.OwnersKey, 422, Of: Thing.Pod, Body: """{"nonsense":1}"""),
        new("DELETE /v2/pods/{id}", Audience.OwnersKey, 204, Thing.Pod),

        // A pod may stop itself, and do nothing else.
        new("POST /v2/pods/{id}/action", Audience.OwnersKey, Of: Thing.Pod, Body: """{"action":"start"}"""),
        new("POST /v2/pods/{id}/action", Audience.OwnersKey, 409, Thing.Pod, """{"action":"stop"}""") { OpenToPods = true },
        new("POST /v2/pods/{id}/action", Audience.OwnersKey, 409, Thing.Pod, """{"action":"restart"}"""),
        new("POST /v2/pods/{id}/action", Audience.OwnersKey, 204, Thing.Pod, """{"action":"terminate"}"""),
        new("POST /v2/pods/{id}/reset", Audience.OwnersKey, Of: Thing.Pod),
        new("GET /v2/pods/{id}/logs", Audience.OwnersKey, Of: Thing.Pod) { OpenToPods = true },
        new("GET /v2/pods/{id}/ports", Audience.OwnersKey, Of: Thing.Pod) { OpenToPods = true },
        new("POST /v2/pods/{id}/migrate", Audience.OwnersKey, 400, Thing.Pod),
        new("GET /v2/pods/{id}/mappings", Audience.OwnersKey, Of: Thing.Pod) { OpenToPods = true },
        new("POST /v2/pods/{id}/drain", Audience.OwnersKey, 409, Thing.Pod, """{"action":"stop"}"""),
        new("GET /v2/pods/{id}/drain", Audience.OwnersKey, 404, Thing.Pod),
        new("DELETE /v2/pods/{id}/drain", Audience.OwnersKey, 404, Thing.Pod),
        new("POST /v2/ports/plan", Audience.Key, Body: """{"ports":["22/tcp"]}""") { Scope = ApiScopes.Read },
        new("POST /v2/ports/plan", Audience.OwnersKey, 200, Thing.Pod, """{"podId":"{id}","ports":["22/tcp"]}""") { Scope = ApiScopes.Read },
        new("GET /v2/templates", Audience.Key, Shows: Thing.Template),
        new("POST /v2/templates", Audience.Key, 422, Body: """{"nonsense":1}"""),
        new("GET /v2/templates/{id}", Audience.OwnersKey, Of: Thing.Template),
        new("PATCH /v2/templates/{id}", Audience.OwnersKey, Of: Thing.Template, Body: """{"image":"changed"}"""),
        new("PATCH /v2/templates/{id}", Audience.OwnersKey, 422, Thing.Template, """{"nonsense":1}"""),
        new("DELETE /v2/templates/{id}", Audience.OwnersKey, 204, Thing.Template),
        new("GET /v2/catalog/templates", Audience.Key),
        new("GET /v2/audit", Audience.Key),
        new("GET /v2/account/ssh-keys", Audience.Key),
        new("PUT /v2/account/ssh-keys", Audience.Key, Body: """{"keys":[]}"""),
        new("GET /v2/connections", Audience.Key, Shows: Thing.Pod),
        new("DELETE /v2/connections/{id}", Audience.OwnersKey, 204, Thing.Connection),
        new("* /v2/{**path}", Audience.Key, 404),

        // Blazor's own. A page of another origin gets 403 from all of them.
        new("GET /_framework/opaque-redirect", Audience.SignedIn, 400),
        new("* /_blazor/negotiate", Audience.Circuit),
        new("* /_blazor", Audience.Circuit, 400),
        new("* /_blazor/disconnect", Audience.SignedIn, 400),
        new("* /_blazor/initializers", Audience.SignedIn),

        // What looks like a file and is none. As with everything that is not there, only who is signed in is told so.
        new("GET,HEAD {**path:file}", Audience.SignedIn, 404),
    ];
}
