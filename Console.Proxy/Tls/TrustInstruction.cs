namespace PodConsole.Proxy.Tls;

/// <summary>How to trust the local CA, as one command for the system at hand.</summary>
/// <param name="Command">Makes programs that use the system's store (curl, .NET, Python …) trust it.</param>
/// <param name="BrowserCommand">Does the same for browsers where they keep a store of their own; null elsewhere.</param>
public sealed record TrustInstruction(string Command, string? BrowserCommand)
{
    private const string DebianStore = "/usr/local/share/ca-certificates";
    private const string FedoraStore = "/etc/pki/ca-trust/source/anchors";

    /// <summary>The commands for a CA certificate in this file.</summary>
    internal static TrustInstruction For(string certificatePath)
    {
        if (OperatingSystem.IsWindows())
        {
            return new($"certutil -user -addstore Root \"{certificatePath}\"", null);
        }

        var file = $"'{certificatePath.Replace("'", @"'\''", StringComparison.Ordinal)}'";
        if (OperatingSystem.IsMacOS())
        {
            return new($"sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain {file}", null);
        }

        var system = Directory.Exists(FedoraStore)
            ? $"sudo cp {file} {FedoraStore}/pod-console.crt && sudo update-ca-trust"
            : $"sudo cp {file} {DebianStore}/pod-console.crt && sudo update-ca-certificates";
        return new(system, $"certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n 'Pod Console' -i {file}");
    }
}
