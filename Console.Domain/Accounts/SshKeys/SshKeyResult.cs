namespace PodConsole.Domain.Accounts.SshKeys;

/// <summary>How a change to an account's SSH keys ended.</summary>
public abstract record SshKeyResult
{
    private SshKeyResult()
    {
    }

    /// <summary>Saved.</summary>
    /// <param name="Keys">All of the account's keys now, the oldest first.</param>
    public sealed record Saved(IReadOnlyList<SshKey> Keys) : SshKeyResult;

    /// <summary>Nothing was saved.</summary>
    public sealed record Invalid(IReadOnlyList<SshKeyError> Errors) : SshKeyResult;

    /// <summary>No such key, or not the caller's.</summary>
    public sealed record NotFound : SshKeyResult;
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Field"><see cref="SshKey.Line"/>, <see cref="SshKey.Name"/>, or empty for all keys together.</param>
/// <param name="Index">Which of several lines, from 0; 0 for a single one.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record SshKeyError(string Field, int Index, string Message);
