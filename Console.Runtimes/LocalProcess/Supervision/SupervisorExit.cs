namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>Exit codes of a supervisor, for the console that started it.</summary>
internal enum SupervisorExit
{
    /// <summary>The instance ran, now or before; its state says how it ended.</summary>
    Done = 0,

    /// <summary>Another supervisor has the pod.</summary>
    Locked = 3,
}
