namespace PodConsole.Domain.Ports;

/// <summary>A port that somebody asks to expose, as typed and valid.</summary>
/// <param name="Protocol">HTTP or TCP.</param>
/// <param name="Number">1–65535, or for TCP 70000 and more: the label of a symmetrical port.</param>
/// <param name="Label">What runs there, for people ("Jupyter Lab"); may be empty.</param>
public sealed record PortRequest(PortProtocol Protocol, int Number, string Label = "")
{
    /// <summary>The lowest number that asks for a symmetrical port (the original's rule).</summary>
    public const int FirstSymmetrical = 70000;

    /// <summary>The highest number of a real port.</summary>
    public const int LastReal = 65535;

    /// <summary>Whether the number is a label for a port with equal numbers inside and outside.</summary>
    public bool IsSymmetrical => Number >= FirstSymmetrical;

    /// <summary>Protocol and number, which together are unique in a pod.</summary>
    public PortKey Key => new(Protocol, Number);
}

/// <summary>What names a port within its pod.</summary>
/// <param name="Protocol">HTTP or TCP.</param>
/// <param name="Number">The number as asked for.</param>
public readonly record struct PortKey(PortProtocol Protocol, int Number)
{
    /// <summary><c>8888/http</c>, <c>22/tcp</c>: the form of the REST API.</summary>
    public override string ToString() => $"{Number}/{(Protocol == PortProtocol.Http ? "http" : "tcp")}";
}
