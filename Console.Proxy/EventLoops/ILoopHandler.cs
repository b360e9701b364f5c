namespace PodConsole.Proxy.EventLoops;

/// <summary>What an <see cref="EventLoop"/> tells of a descriptor.</summary>
internal interface ILoopHandler
{
    /// <summary>Called on the loop's thread; must neither block nor throw.</summary>
    void Happened(SocketEvents events);
}
