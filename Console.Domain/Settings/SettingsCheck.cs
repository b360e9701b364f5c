using System.Net;
using Microsoft.Extensions.Configuration;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Domain.Settings;

/// <summary>Reads every setting of the console and says all that is wrong with them at once, each with its key.</summary>
public static class SettingsCheck
{
    private static readonly string[] RuntimeKinds = ["LocalProcess"];

    /// <summary>Every problem, as <c>Key: what is wrong</c>; empty when the console can start.</summary>
    public static IReadOnlyList<string> Problems(IConfiguration configuration, string contentRoot)
    {
        var problems = new List<string>();
        problems.AddRange(SettingsReading.Problems(configuration.GetSection(ConsoleSettings.Section), typeof(ConsoleSettings)));
        problems.AddRange(SettingsReading.Problems(configuration.GetSection(GatewaySettings.Section), typeof(GatewaySettings)));
        problems.AddRange(SettingsReading.Problems(configuration.GetSection(RuntimeSettings.Section), typeof(RuntimeSettings)));
        problems.AddRange(SettingsReading.Problems(configuration.GetSection(ApiSettings.Section), typeof(ApiSettings)));
        problems.AddRange(SettingsReading.Problems(configuration.GetSection(AuditSettings.Section), typeof(AuditSettings)));
        if (problems.Count > 0)
        {
            // Values that cannot be read cannot be compared with each other either.
            return problems;
        }

        problems.AddRange(Check(configuration.GetSection(ConsoleSettings.Section).Get<ConsoleSettings>() ?? new()));
        problems.AddRange(Check(configuration.GetSection(GatewaySettings.Section).Get<GatewaySettings>() ?? new(), contentRoot));
        var runtime = configuration.GetSection(RuntimeSettings.Section).Get<RuntimeSettings>() ?? new();
        if (!RuntimeKinds.Contains(runtime.Kind))
        {
            problems.Add($"Runtime:Kind: '{runtime.Kind}' is not a runtime. There is: {string.Join(", ", RuntimeKinds)}.");
        }

        var api = configuration.GetSection(ApiSettings.Section).Get<ApiSettings>() ?? new();
        if (api.RequestsPerMinute < 1)
        {
            problems.Add("Api:RequestsPerMinute: give a number from 1.");
        }

        var audit = configuration.GetSection(AuditSettings.Section).Get<AuditSettings>() ?? new();
        if (audit.Retention < TimeSpan.FromDays(1))
        {
            problems.Add("Audit:Retention: give a time of at least a day, such as 90.00:00:00.");
        }

        return problems;
    }

    /// <summary>One message for the operator.</summary>
    public static string Describe(IReadOnlyList<string> problems) =>
        $"Pod Console cannot start: {(problems.Count == 1 ? "a setting is wrong" : $"{problems.Count} settings are wrong")}.\n"
        + string.Join('\n', problems.Select(problem => $"  {problem}"))
        + "\nSettings are in appsettings.json; each is also an environment variable, for example Gateway__HttpsPort.";

    private static IEnumerable<string> Check(ConsoleSettings settings)
    {
        if (!Uri.TryCreate(settings.PublicUrl, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.PathAndQuery != "/"
            || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            yield return $"Console:PublicUrl: '{settings.PublicUrl}' is not an https address without a path, such as https://console.example.org.";
        }

        if (string.IsNullOrWhiteSpace(settings.DataDirectory))
        {
            yield return "Console:DataDirectory: name a directory.";
        }

        var hasEmail = !string.IsNullOrEmpty(settings.AdminEmail);
        if (hasEmail != !string.IsNullOrEmpty(settings.AdminPassword))
        {
            yield return $"Console:{(hasEmail ? "AdminPassword" : "AdminEmail")}: set both Console:AdminEmail and Console:AdminPassword, or neither.";
        }

        if (hasEmail && !settings.AdminEmail!.Contains('@', StringComparison.Ordinal))
        {
            yield return "Console:AdminEmail: this is not an e-mail address.";
        }

        if (!string.IsNullOrEmpty(settings.AdminApiKey))
        {
            if (!ApiSecret.IsWellFormed(settings.AdminApiKey))
            {
                yield return $"Console:AdminApiKey: a key is {ApiSecret.Prefix} and at least {ApiSecret.MinSecretLength} letters, digits, - or _.";
            }

            if (!hasEmail)
            {
                yield return "Console:AdminApiKey: a key needs an account: set Console:AdminEmail and Console:AdminPassword too.";
            }
        }
    }

    private static IEnumerable<string> Check(GatewaySettings settings, string contentRoot)
    {
        foreach (var (key, port) in new[] { ("HttpsPort", settings.HttpsPort), ("HttpPort", settings.HttpPort) })
        {
            if (port is < 0 or > 65535)
            {
                yield return $"Gateway:{key}: {port} is not a port (1 to 65535).";
            }
        }

        if (settings.HttpsPort == settings.HttpPort && settings.HttpsPort != 0)
        {
            yield return $"Gateway:HttpPort: {settings.HttpPort} is Gateway:HttpsPort too; they must differ.";
        }

        if (settings.BindAddress.Length > 0 && !IPAddress.TryParse(settings.BindAddress, out _))
        {
            yield return $"Gateway:BindAddress: '{settings.BindAddress}' is not an IP address. Leave it empty for loopback.";
        }

        if (!IsDomain(settings.ProxyDomain))
        {
            yield return $"Gateway:ProxyDomain: '{settings.ProxyDomain}' is not a domain such as proxy.example.org.";
        }

        foreach (var problem in CheckPortRange(settings).Concat(PublicAddressCheck.Problems(settings.PublicAddresses)).Concat(CheckTimes(settings))
            .Concat(CheckCertificate(settings, contentRoot)))
        {
            yield return problem;
        }

        NetworkList.Parse(settings.ProxyProtocolFrom, out var wrong);
        if (wrong.Count > 0)
        {
            yield return $"Gateway:ProxyProtocolFrom: '{wrong[0]}' is not an address or a network such as 10.0.0.0/8.";
        }

        if (settings.MaxTcpPorts is < 0 or > 1000)
        {
            yield return "Gateway:MaxTcpPorts: give a number from 0 to 1000.";
        }
    }

    private static IEnumerable<string> CheckPortRange(GatewaySettings settings)
    {
        var range = Try(settings.ParseTcpPortRange, out var problem);
        if (problem is not null)
        {
            yield return $"Gateway:TcpPortRange: {problem}";
        }
        else
        {
            foreach (var (key, port) in new[] { ("HttpsPort", settings.HttpsPort), ("HttpPort", settings.HttpPort) })
            {
                if (port >= range.First && port <= range.Last)
                {
                    yield return $"Gateway:TcpPortRange: {settings.TcpPortRange} contains Gateway:{key} {port}.";
                }
            }
        }
    }

    private static IEnumerable<string> CheckTimes(GatewaySettings settings)
    {
        if (settings.ResponseTimeout <= TimeSpan.Zero || settings.ResponseTimeout > settings.MaxResponseTimeout)
        {
            yield return "Gateway:ResponseTimeout: give a time above 0 and at most Gateway:MaxResponseTimeout, such as 00:01:40.";
        }

        if (settings.DrainTimeout < TimeSpan.Zero || settings.DrainTimeout > TimeSpan.FromHours(1))
        {
            yield return "Gateway:DrainTimeout: give a time from 00:00:00 to 01:00:00.";
        }

        if (settings.TcpIdleTimeout != TimeSpan.Zero
            && (settings.TcpIdleTimeout < TimeSpan.FromSeconds(1) || settings.TcpIdleTimeout > PortOptionRules.MaxIdleTimeout))
        {
            yield return "Gateway:TcpIdleTimeout: give a time from 00:00:01 to 30.00:00:00, or 00:00:00 for no end.";
        }

        if (settings.MinClientRate is < 0 or > 1_000_000)
        {
            yield return "Gateway:MinClientRate: give bytes per second from 0 (off) to 1000000.";
        }

        if (settings.SlowClientTimeout < TimeSpan.FromSeconds(2) || settings.SlowClientTimeout > TimeSpan.FromHours(1))
        {
            yield return "Gateway:SlowClientTimeout: give a time from 00:00:02 to 01:00:00.";
        }

        if (settings.StopDelay < TimeSpan.Zero || settings.StopDelay > TimeSpan.FromMinutes(5))
        {
            yield return "Gateway:StopDelay: give a time from 00:00:00 to 00:05:00.";
        }

        if (settings.PortQuarantine < settings.DrainTimeout)
        {
            yield return "Gateway:PortQuarantine: give at least Gateway:DrainTimeout, or connections of one account could outlast its port.";
        }

        if (settings.PortQuarantineFloor < TimeSpan.Zero)
        {
            yield return "Gateway:PortQuarantineFloor: give a time from 00:00:00, such as 00:01:00.";
        }
    }

    private static IEnumerable<string> CheckCertificate(GatewaySettings settings, string contentRoot)
    {
        (string Name, string? Path, string? KeyPath)[] pairs =
        [
            ("Certificate", settings.CertificatePath, settings.CertificateKeyPath),
            ("ConsoleCertificate", settings.ConsoleCertificatePath, settings.ConsoleCertificateKeyPath),
        ];
        foreach (var (name, path, keyPath) in pairs)
        {
            if (string.IsNullOrEmpty(path) != string.IsNullOrEmpty(keyPath))
            {
                yield return $"Gateway:{name}Path: set both Gateway:{name}Path and Gateway:{name}KeyPath, or neither.";
            }

            foreach (var (key, file) in new[] { ($"{name}Path", path), ($"{name}KeyPath", keyPath) })
            {
                if (!string.IsNullOrEmpty(file) && !File.Exists(Path.GetFullPath(file, contentRoot)))
                {
                    yield return $"Gateway:{key}: there is no file {file}.";
                }
            }
        }
    }

    // Two labels or more (RFC 1123), short enough for a pod's label before them.
    private static bool IsDomain(string text) =>
        text.Length is > 0 and <= 220 && text.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(text) == UriHostNameType.Dns
            && text.Split('.').All(label => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
                && label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'));

    private static (int First, int Last) Try(Func<(int First, int Last)> parse, out string? problem)
    {
        try
        {
            problem = null;
            return parse();
        }
        catch (FormatException exception)
        {
            problem = exception.Message;
            return default;
        }
    }
}
