using System.Net;
using System.Net.Sockets;

namespace PodConsole.Tests.Support;

/// <summary>The command line of a console that gets in no other one's way.</summary>
internal sealed class ConsoleArguments
{
    // Below the ports that systems give to outgoing connections, so that none of those can take one in between.
    private const int FirstPort = 10000, LastPort = 19999;

    private static int _last = Random.Shared.Next(FirstPort, LastPort);

    private ConsoleArguments(string dataDirectory, int httpsPort, int httpPort, string[] values) =>
        (DataDirectory, HttpsPort, HttpPort, Values) = (dataDirectory, httpsPort, httpPort, values);

    public string DataDirectory { get; }

    public int HttpsPort { get; }

    public int HttpPort { get; }

    /// <summary>Where the console is opened.</summary>
    public Uri Url => new($"https://localhost:{HttpsPort}");

    public string[] Values { get; }

    /// <summary>The same settings as environment variables: <c>Section__Key</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> EnvironmentVariables => Values.Select(option => option[2..].Split('=', 2))
        .Select(setting => KeyValuePair.Create(setting[0].Replace(":", "__", StringComparison.Ordinal), setting[1]));

    /// <summary>
    /// Arguments with ports and public addresses that nobody else uses. Later settings win over these; <c>{https}</c> in one
    /// stands for the HTTPS port.
    /// </summary>
    public static ConsoleArguments New(string dataDirectory, params string[] settings)
    {
        var (https, http) = (FreePort(), FreePort());
        var network = $"127.{128 + https / 256}.{https % 256}";
        string[] own =
        [
            $"Console:DataDirectory={dataDirectory}",
            $"Console:PublicUrl=https://localhost:{https}",
            $"Gateway:HttpsPort={https}",
            $"Gateway:HttpPort={http}",
            $"Gateway:PublicAddresses:0:Address={network}.1",
            "Gateway:PublicAddresses:0:Cloud=Secure",
            $"Gateway:PublicAddresses:1:Address={network}.2",
            "Gateway:PublicAddresses:1:Cloud=Community",
            $"Gateway:PublicAddresses:2:Address={network}.3",
            "Gateway:PublicAddresses:2:Cloud=Community",
            "Gateway:DrainTimeout=00:00:02",
            "Logging:LogLevel:Default=Error",
            "Logging:LogLevel:Microsoft.AspNetCore=Error",
        ];
        return new(dataDirectory, https, http,
            [.. Options(own), .. Options(settings.Select(setting => setting.Replace("{https}", $"{https}", StringComparison.Ordinal)))]);
    }

    /// <summary>Settings <c>Key=value</c> as options of a command line.</summary>
    public static IEnumerable<string> Options(IEnumerable<string> settings) => settings.Select(setting => $"--{setting}");

    private static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + Interlocked.Increment(ref _last) % (LastPort - FirstPort + 1);
            try
            {
                using var four = new TcpListener(IPAddress.Loopback, port);
                four.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another program has it: the next one may be free.
            }
        }
    }
}
