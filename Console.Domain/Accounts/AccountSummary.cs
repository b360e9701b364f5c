namespace PodConsole.Domain.Accounts;

/// <summary>An account as administrators see it.</summary>
public sealed record AccountSummary
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary>Its role and limits.</summary>
    public required AccountRights Rights { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When a browser of its was last seen, UTC; null when it is signed in nowhere.</summary>
    public required DateTime? SeenAt { get; init; }

    /// <summary>When it was disabled, UTC; null while it is in use.</summary>
    public required DateTime? DisabledAt { get; init; }

    /// <summary>Whether it signs in with a second factor.</summary>
    public required bool HasSecondFactor { get; init; }

    /// <summary>The pods it has.</summary>
    public required int Pods { get; init; }

    /// <summary>The TCP ports that its pods expose.</summary>
    public required int TcpPorts { get; init; }
}
