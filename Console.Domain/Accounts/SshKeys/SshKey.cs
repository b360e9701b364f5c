namespace PodConsole.Domain.Accounts.SshKeys;

/// <summary>An SSH public key, given to the owner's pods as <c>PUBLIC_KEY</c>.</summary>
public sealed class SshKey
{
    /// <summary>Row id.</summary>
    public int Id { get; set; }

    /// <summary>Whose it is.</summary>
    public string UserId { get; set; } = "";

    /// <summary>For people; 1–100 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>One line in the format of <c>authorized_keys</c>: type, key, and the comment if there is one.</summary>
    public string Line { get; set; } = "";

    /// <summary>Names the key as <c>ssh-keygen -l</c> does: <c>SHA256:</c> and 43 characters. Unique per owner.</summary>
    public string Fingerprint { get; set; } = "";

    /// <summary>When it was added, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>The key's type ("ssh-ed25519").</summary>
    public string Type => Line.Split(' ', 2)[0];
}

/// <summary>How keys are chosen from the database.</summary>
internal static class SshKeySelection
{
    /// <summary>An account's keys as lines of <c>authorized_keys</c>, the oldest first.</summary>
    public static IQueryable<string> LinesOf(this IQueryable<SshKey> keys, string userId) =>
        keys.Where(key => key.UserId == userId).OrderBy(key => key.Id).Select(key => key.Line);
}
