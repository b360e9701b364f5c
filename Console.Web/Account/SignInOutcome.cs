namespace PodConsole.Web.Account;

/// <summary>How a try to sign in ended.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>Signed in.</summary>
    public sealed record SignedIn : SignInOutcome;

    /// <summary>Something was wrong; nobody is told what.</summary>
    public sealed record Wrong : SignInOutcome;

    /// <summary>The address waits after too many failed tries.</summary>
    public sealed record Locked(TimeSpan Wait) : SignInOutcome;

    /// <summary>The password was right, and a code is needed too.</summary>
    /// <param name="Ticket">Stands for the password when the code is sent.</param>
    public sealed record CodeNeeded(string Ticket) : SignInOutcome;
}
