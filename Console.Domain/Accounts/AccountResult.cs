using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts;

/// <summary>How a change to an account ended.</summary>
public abstract record AccountResult
{
    private AccountResult()
    {
    }

    /// <summary>Done.</summary>
    public sealed record Saved : AccountResult;

    /// <summary>No such account, or not one that the caller may change.</summary>
    public sealed record NotFound : AccountResult;

    /// <summary>Nothing was done: these values are wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : AccountResult;

    /// <summary>Cannot be done.</summary>
    /// <param name="Message">Why, and the next step.</param>
    public sealed record Refused(string Message) : AccountResult;
}
