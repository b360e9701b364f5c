using PodConsole.Domain.Accounts.ApiKeys;

namespace PodConsole.Tests.Isolation;

/// <summary>Who asks: nobody, people in their browsers, and their programs with keys.</summary>
internal enum Caller
{
    /// <summary>Neither a session nor a key.</summary>
    Nobody,

    /// <summary>Somebody who has nothing to do with what is asked for.</summary>
    Other,

    /// <summary>Whose it is.</summary>
    Owner,

    /// <summary>An administrator.</summary>
    Admin,

    /// <summary>A program of <see cref="Other"/>.</summary>
    OtherKey,

    /// <summary>A program of <see cref="Owner"/>.</summary>
    OwnerKey,

    /// <summary>A program of <see cref="Admin"/>.</summary>
    AdminKey,

    /// <summary>A program of <see cref="Owner"/> that may only read.</summary>
    OwnerReadKey,

    /// <summary>A program of <see cref="Owner"/> that may only write.</summary>
    OwnerWriteKey,

    /// <summary>A program of <see cref="Admin"/> that may not act as one.</summary>
    AdminPlainKey,

    /// <summary>A pod of <see cref="Owner"/> with its own key. It is never the pod that is asked for.</summary>
    PodKey,
}

/// <summary>What somebody is answered, as far as it tells whether he may.</summary>
internal enum Reply
{
    /// <summary>He may: the status that the rule gives.</summary>
    Served,

    /// <summary>To him there is no such thing: 404, exactly as for one that does not exist.</summary>
    Hidden,

    /// <summary>He is sent to the sign-in page.</summary>
    SignIn,

    /// <summary>401: he is told to show a key or a session.</summary>
    Refused,

    /// <summary>403, whether there is such a thing or not: his key is not for this.</summary>
    Forbidden,
}

/// <summary>Whom something is for.</summary>
internal enum Audience
{
    /// <summary>Everybody, without a session or key.</summary>
    Everyone,

    /// <summary>Whoever is signed in, in a browser.</summary>
    SignedIn,

    /// <summary>Administrators, in a browser.</summary>
    AdminPage,

    /// <summary>Administrators, in a browser or with a key; to anybody else it is not there.</summary>
    Admins,

    /// <summary>The owner alone, in a browser: administrators neither.</summary>
    OwnerPage,

    /// <summary>Whoever has a circuit: a session, without being sent to sign in.</summary>
    Circuit,

    /// <summary>Programs with a key.</summary>
    Key,

    /// <summary>The owner's and the administrators' programs.</summary>
    OwnersKey,
}

/// <summary>The one table of who is answered how.</summary>
internal static class Replies
{
    private const Reply S = Reply.Served, H = Reply.Hidden, R = Reply.SignIn, K = Reply.Refused;

    private static readonly Dictionary<Audience, Reply[]> Table = new()
    {
        // In the order of Caller:     Nobody Other Owner Admin, OtherKey OwnerKey AdminKey OwnerReadKey OwnerWriteKey AdminPlainKey PodKey
        [Audience.Everyone] = /*   */ [S,     S,    S,    S,     S,       S,       S,       S,           S,            S,            S],
        [Audience.SignedIn] = /*   */ [R,     S,    S,    S,     R,       R,       R,       R,           R,            R,            R],
        [Audience.AdminPage] = /*  */ [R,     H,    H,    S,     R,       R,       R,       R,           R,            R,            R],
        [Audience.Admins] = /*     */ [H,     H,    H,    S,     H,       H,       S,       H,           H,            H,            H],
        [Audience.OwnerPage] = /*  */ [R,     H,    S,    H,     R,       R,       R,       R,           R,            R,            R],
        [Audience.Circuit] = /*    */ [K,     S,    S,    S,     K,       K,       K,       K,           K,            K,            K],
        [Audience.Key] = /*        */ [K,     K,    K,    K,     S,       S,       S,       S,           S,            S,            H],
        [Audience.OwnersKey] = /*  */ [K,     K,    K,    K,     H,       S,       S,       S,           S,            H,            H],
    };

    /// <summary>How a caller is answered by an endpoint.</summary>
    public static Reply Of(EndpointRule rule, Caller caller)
    {
        var isForKeys = rule.Audience is Audience.Key or Audience.OwnersKey;
        var isForbidden = isForKeys && caller switch
        {
            Caller.OwnerReadKey => rule.NeededScope != ApiScopes.Read,
            Caller.OwnerWriteKey => rule.NeededScope != ApiScopes.Write,
            Caller.PodKey => !rule.OpenToPods,
            _ => false,
        };
        return isForbidden ? Reply.Forbidden : Table[rule.Audience][(int)caller];
    }
}
