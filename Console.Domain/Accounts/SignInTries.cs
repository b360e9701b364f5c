namespace PodConsole.Domain.Accounts;

/// <summary>Failed tries to sign in with one e-mail address, whether it has an account or not.</summary>
public sealed class SignInTries
{
    /// <summary>SHA-256 of the address, hexadecimal: people also type passwords into the wrong field.</summary>
    public string Key { get; set; } = "";

    /// <summary>Tries since the last success.</summary>
    public int Count { get; set; }

    /// <summary>When the last one was, UTC.</summary>
    public DateTime LastAt { get; set; }

    /// <summary>Until when every further try is refused unseen, UTC; null while it is not.</summary>
    public DateTime? LockedUntil { get; set; }
}
