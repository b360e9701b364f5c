namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>What a key may do. Each scope stands for itself: one that may only write cannot read.</summary>
[Flags]
public enum ApiScopes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Read what the account may see.</summary>
    Read = 1,

    /// <summary>Change what the account may change.</summary>
    Write = 2,

    /// <summary>See and act on everything, as administrators do. Without it an administrator's key has the rights of a template author.</summary>
    Admin = 4,

    /// <summary>All of them.</summary>
    All = Read | Write | Admin,
}
