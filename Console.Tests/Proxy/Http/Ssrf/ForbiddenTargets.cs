namespace PodConsole.Tests.Proxy.Http.Ssrf;

/// <summary>
/// What a request through a pod's address must never make the gateway connect to, in every spelling that some program reads
/// as an address. <c>{trap}</c> is the port of a listener on every address of this machine.
/// </summary>
internal static class ForbiddenTargets
{
    /// <summary>Loopback, every address, and the engine and the console behind them: the test listens there.</summary>
    private static readonly string[] Here =
    [
        "127.0.0.1:{trap}", "127.1:{trap}", "127.0.1:{trap}", "127.0.0.1.:{trap}", "127.255.255.254:{trap}", "0:{trap}", "0.0.0.0:{trap}",
        "2130706433:{trap}", "0x7f000001:{trap}", "0x7f.1:{trap}", "0x7f.0x0.0x0.0x1:{trap}", "017700000001:{trap}", "0177.0.0.1:{trap}",
        "[::1]:{trap}", "[::]:{trap}", "[0:0:0:0:0:0:0:1]:{trap}", "[::127.0.0.1]:{trap}", "[::ffff:127.0.0.1]:{trap}", "[::ffff:7f00:1]:{trap}",
        "[::ffff:0:0]:{trap}", "[::1%25lo]:{trap}", "[64:ff9b::127.0.0.1]:{trap}", "localhost:{trap}", "LOCALHOST:{trap}", "localhost.:{trap}",
        "localhost.localdomain:{trap}", "ip6-localhost:{trap}", "127.0.0.1%00:{trap}", "127.0.0.1%2f:{trap}", "{pod}:{trap}", "{neighbour}:{service}",
        "127.0.0.1:{service}", "[::1]:{service}", "127.0.0.1:{console}", "127.0.0.1:{plain}", "[::1]:{console}", "unix:{engine}", "{engine}",
    ];

    /// <summary>What other machines and clouds have: there is no listener, but the gateway must not even try.</summary>
    private static readonly string[] Elsewhere =
    [
        "169.254.169.254", "169.254.169.254:80", "169.254.169.254.", "169.254.43518", "2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376", "025177524776", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "[fe80::1]", "[fe80::1%25eth0]",
        "169.254.170.2", "169.254.0.1", "100.100.100.200", "192.0.0.192", "metadata.google.internal", "metadata", "instance-data",
        "127.0.0.1:2375", "127.0.0.1:2376", "127.0.0.1:6443", "172.17.0.1:2375", "host.docker.internal:2375", "kubernetes.default.svc",
        "10.0.0.1", "172.16.0.1", "192.168.0.1", "[fc00::1]", "[ff02::1]", "255.255.255.255", "unix:/var/run/docker.sock",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Here, .. Elsewhere];
}
