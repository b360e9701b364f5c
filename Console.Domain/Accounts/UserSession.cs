namespace PodConsole.Domain.Accounts;

/// <summary>One sign-in of an account in a browser. A browser is signed in for as long as its row is there.</summary>
public sealed class UserSession
{
    /// <summary>32 random hexadecimal characters.</summary>
    public string Id { get; set; } = "";

    /// <summary>Whose it is.</summary>
    public string UserId { get; set; } = "";

    /// <summary>When it began, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>When it was last used, UTC, give or take <see cref="Sessions.SeenInterval"/>.</summary>
    public DateTime SeenAt { get; set; }

    /// <summary>The network address it began from.</summary>
    public string Source { get; set; } = "";

    /// <summary>What the browser calls itself.</summary>
    public string UserAgent { get; set; } = "";
}
