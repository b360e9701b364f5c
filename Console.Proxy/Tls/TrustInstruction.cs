namespace PodConsole.Proxy.Tls;

/// <summary>How to trust the local CA, as one command for the system at hand.</summary>
/// <param name="Command">Makes programs that use the system's store (curl, .NET, Python …) trust it.</param>
/// <param name="BrowserCommand">Does the same for browsers where they keep a store of their own; null elsewhere.</param>
public sealed record TrustInstruction(string Command, string? BrowserCommand)
{
    private const string DebianStore = "/usr/local/share/ca-certificates";
    private const string FedoraStore = "/etc/pki/ca-trust/source/anchors";

    /// <summary>The commands for every system, for a CA certificate in this file of the current folder.</summary>
    public static IReadOnlyList<(string System, string Command)> ForEverySystem(string fileName) =>
    [
        ("Debian, Ubuntu", Debian(fileName)),
        ("Fedora, RHEL", Fedora(fileName)),
        ("Chrome on Linux", Browser(fileName)),
        ("macOS", MacOS(fileName)),
        ("Windows", Windows(fileName)),
    ];

    /// <summary>The commands for a CA certificate in this file, on this system.</summary>
    internal static TrustInstruction For(string certificatePath)
    {
        if (OperatingSystem.IsWindows())
        {
            return new(Windows($"\"{certificatePath}\""), null);
        }

        var file = $"'{certificatePath.Replace("'", @"'\''", StringComparison.Ordinal)}'";
        return OperatingSystem.IsMacOS() ? new(MacOS(file), null)
            : new(Directory.Exists(FedoraStore) ? Fedora(file) : Debian(file), Browser(file));
    }

    private static string Debian(string file) => $"sudo cp {file} {DebianStore}/pod-console.crt && sudo update-ca-certificates";

    private static string Fedora(string file) => $"sudo cp {file} {FedoraStore}/pod-console.crt && sudo update-ca-trust";

    private static string Browser(string file) => $"certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n 'Pod Console' -i {file}";

    private static string MacOS(string file) =>
        $"sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain {file}";

    private static string Windows(string file) => $"certutil -user -addstore Root {file}";
}
