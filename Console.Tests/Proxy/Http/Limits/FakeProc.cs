using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Http.Limits;

/// <summary>A system that tells how many pages it uses for TCP, and up to which number it does not care.</summary>
internal sealed class FakeProc : IDisposable
{
    private readonly TempDirectory _files = new();

    public FakeProc(long used, long carefree)
    {
        Directory.CreateDirectory(_files.File("net"));
        Directory.CreateDirectory(_files.File("sys/net/ipv4"));
        Use(used);
        File.WriteAllText(_files.File("sys/net/ipv4/tcp_mem"), $"{carefree}\t{carefree * 4 / 3}\t{carefree * 2}\n");
    }

    public string Path => _files.Path;

    public void Use(long pages) => File.WriteAllText(
        _files.File("net/sockstat"), $"sockets: used 9\nTCP: inuse 1 orphan 0 tw 2315 alloc 1 mem {pages}\nUDP: inuse 0 mem {pages * 9}\n");

    public void Dispose() => _files.Dispose();
}
