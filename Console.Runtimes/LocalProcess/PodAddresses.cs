using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using PodConsole.Runtimes.LocalProcess.Files;

namespace PodConsole.Runtimes.LocalProcess;

/// <summary>Gives each pod a loopback address of its own, so that two pods can listen on the same port.</summary>
/// <param name="root">The directory of all pods.</param>
internal sealed class PodAddresses(string root)
{
    private readonly Lock _lock = new();

    /// <summary>All that pods may have: a part of 127.0.0.0/8 that is used for nothing else.</summary>
    public static IPNetwork Network { get; } = new(IPAddress.Parse("127.64.0.0"), 10);

    /// <summary>The pod's address; it keeps it for ever.</summary>
    public string Take(PodDirectory pod)
    {
        lock (_lock)
        {
            if (pod.ReadAddress() is { } own)
            {
                return own;
            }

            var taken = Directory.EnumerateDirectories(root).Select(path => new PodDirectory(path).ReadAddress()).ToHashSet();
            string address;
            do
            {
                address = Random();
            }
            while (taken.Contains(address));

            pod.WriteAddress(address);
            return address;
        }
    }

    // Programs may take .0 and .255 for networks and broadcasts.
    private static string Random()
    {
        const uint First = 127u << 24 | 64u << 16;
        var host = (uint)RandomNumberGenerator.GetInt32(1 << 14) << 8 | (uint)RandomNumberGenerator.GetInt32(1, 255);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, First | host);
        return new IPAddress(bytes).ToString();
    }
}
