namespace PodConsole.Web.Pods;

/// <summary>What people can do with a pod by one click.</summary>
internal enum PodAction
{
    Start,
    Stop,
    Restart,
    Reset,
    Migrate,
    Terminate,
    Lock,
    Unlock,
}

/// <summary>When it is done.</summary>
internal enum PodTiming
{
    Now,
    WhenIdle,
}
