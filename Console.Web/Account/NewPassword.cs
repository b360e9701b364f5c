namespace PodConsole.Web.Account;

/// <summary>What the form of a link sends.</summary>
internal sealed class NewPassword
{
    public string? Code { get; set; }

    public string? Password { get; set; }

    public string? Repeat { get; set; }

    /// <summary>What is wrong before anything is tried.</summary>
    public IReadOnlyList<string> Problems => Password == Repeat ? [] : ["The two passwords differ."];
}
