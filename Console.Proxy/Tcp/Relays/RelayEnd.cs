namespace PodConsole.Proxy.Tcp.Relays;

/// <summary>Why a TCP connection ended.</summary>
internal enum RelayEnd
{
    /// <summary>Both sides had sent all, the client first.</summary>
    ClientClosed,

    /// <summary>Both sides had sent all, the pod first.</summary>
    PodClosed,

    /// <summary>The client reset it, or is gone.</summary>
    ClientReset,

    /// <summary>The pod reset it, or is gone.</summary>
    PodReset,

    /// <summary>It was silent both ways for as long as its port allows.</summary>
    IdleTimeout,

    /// <summary>One side had sent all, and the other was silent.</summary>
    HalfClosedTimeout,

    /// <summary>The pod was not to be reached, so no byte was passed on.</summary>
    NotReached,

    /// <summary>It was not let in, or there was nobody in the pod to dial, so nothing was dialled.</summary>
    NotDialled,

    /// <summary>The port was removed, and the drain time is over.</summary>
    PortRemoved,

    /// <summary>The client's network was shut out.</summary>
    NetworkShutOut,

    /// <summary>The port had as many connections as it may, so it was refused.</summary>
    LimitReached,

    /// <summary>The console stopped, and the drain time is over.</summary>
    Stopped,

    /// <summary>A person ended it.</summary>
    Killed,
}
