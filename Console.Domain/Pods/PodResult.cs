using PodConsole.Domain.Ports;

namespace PodConsole.Domain.Pods;

/// <summary>How a change to a pod ended. Every expected outcome is one of these; exceptions are bugs or broken machines.</summary>
public abstract record PodResult
{
    private PodResult()
    {
    }

    /// <summary>Saved, and published.</summary>
    /// <param name="Pod">The pod as saved.</param>
    /// <param name="Exposure">What the outside world now sees.</param>
    public sealed record Saved(Pod Pod, Exposure Exposure) : PodResult;

    /// <summary>Nothing was saved: these fields are wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : PodResult;

    /// <summary>Nothing was saved: somebody else saved first.</summary>
    /// <param name="Current">The pod as they left it.</param>
    public sealed record Conflict(Pod Current) : PodResult;

    /// <summary>No such pod, or not one that the caller may know of.</summary>
    public sealed record NotFound : PodResult;

    /// <summary>The pod is locked.</summary>
    public sealed record Locked : PodResult;

    /// <summary>The pod's status does not allow the action.</summary>
    /// <param name="Message">Why, and what would.</param>
    public sealed record WrongStatus(string Message) : PodResult;

    /// <summary>Valid, but cannot be done here: no free external port, no address, not allowed on this runtime.</summary>
    /// <param name="Message">Why, and the next step.</param>
    public sealed record Refused(string Message) : PodResult;
}

/// <summary>One thing wrong with one field.</summary>
/// <param name="Field">The field, by its property name in <see cref="PodEdit"/> or in <see cref="PortFields"/>.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Fix">A change that would mend it, where there is one.</param>
public sealed record FieldError(string Field, string Message, QuickFix? Fix = null);

/// <summary>A change that mends an error of the port fields.</summary>
/// <param name="Label">The button's text ("Move 70000 to TCP").</param>
/// <param name="HttpPorts">The new text of Expose HTTP Ports.</param>
/// <param name="TcpPorts">The new text of Expose TCP Ports.</param>
public sealed record QuickFix(string Label, string HttpPorts, string TcpPorts);

/// <summary>Names of the two comma fields in a <see cref="FieldError"/>.</summary>
public static class PortFields
{
    /// <summary>Expose HTTP Ports.</summary>
    public const string Http = "HttpPorts";

    /// <summary>Expose TCP Ports.</summary>
    public const string Tcp = "TcpPorts";
}
