namespace PodConsole.Domain.Pods;

/// <summary>What a pod is doing, as last observed (the original's words).</summary>
public enum PodStatus
{
    /// <summary>Saved; its place is being made.</summary>
    Provisioning,

    /// <summary>Its process or container is being started.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It was stopped, or ended with exit code 0.</summary>
    Exited,

    /// <summary>It could not start, or ended with another exit code.</summary>
    Error,

    /// <summary>It is being removed for good.</summary>
    Terminated,
}

/// <summary>What the owner wants a pod to do.</summary>
public enum PodIntent
{
    /// <summary>Run.</summary>
    Run,

    /// <summary>Be stopped, its volume kept.</summary>
    Stop,

    /// <summary>Be gone.</summary>
    Terminate,
}

/// <summary>The kind of public address a pod gets.</summary>
public enum CloudType
{
    /// <summary>The public IP is stable.</summary>
    Secure,

    /// <summary>The public IP may change when the pod starts or resets.</summary>
    Community,
}
