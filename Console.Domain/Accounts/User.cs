using Microsoft.AspNetCore.Identity;

namespace PodConsole.Domain.Accounts;

/// <summary>An account.</summary>
public sealed class User : IdentityUser
{
    /// <summary>When it was made, UTC.</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>When it last signed out, UTC: what it opened in pods before is closed. Null for never.</summary>
    public DateTime? SignedOutAt { get; set; }

    /// <summary>When an administrator disabled it, UTC: it cannot sign in, and its keys are refused. Null while it is in use.</summary>
    public DateTime? DisabledAt { get; set; }

    /// <summary>How many pods it may have; null for any number.</summary>
    public int? MaxPods { get; set; }

    /// <summary>How many TCP ports its pods may expose together; null for any number.</summary>
    public int? MaxTcpPorts { get; set; }
}
