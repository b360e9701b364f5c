using System.Collections.Concurrent;
using PodConsole.Domain.Pods;
using PodConsole.Runtimes.LocalProcess.Processes;

namespace PodConsole.Runtimes.LocalProcess.Supervision;

/// <summary>Notices when supervisors end: one thread for all pods, those found after a restart of the console too.</summary>
/// <param name="ended">Told once per supervisor, on a thread of the pool.</param>
internal sealed class ExitWatcher(Action<PodId> ended) : IDisposable
{
    // A supervisor that is added waits at most this long until it is watched; if it has ended by then, that is seen.
    private const int RoundMilliseconds = 200;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<PodId, Watched> _watched = new();
    private volatile bool _disposed;
    private Thread? _thread;

    /// <summary>The supervisor of a pod that is being watched; null for none.</summary>
    public ProcessIdentity? Find(PodId podId) => _watched.GetValueOrDefault(podId)?.Supervisor;

    /// <summary>Watches this supervisor of the pod from now on.</summary>
    /// <returns>False when it has ended; then nobody is told.</returns>
    public bool TryWatch(PodId podId, ProcessIdentity supervisor)
    {
        lock (_lock)
        {
            var before = _watched.GetValueOrDefault(podId);
            if (before?.Supervisor == supervisor)
            {
                return true;
            }

            if (supervisor.TryOpen() is not { } descriptor)
            {
                Reap(supervisor);
                return false;
            }

            if (_disposed)
            {
                descriptor.Dispose();
                return true;
            }

            _watched[podId] = new(supervisor, descriptor);
            before?.Close();
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "Pod exits" };
                _thread.Start();
            }

            return true;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _thread?.Join();
    }

    private unsafe void Run()
    {
        while (!_disposed)
        {
            var watched = _watched.ToArray();
            var entries = new Libc.PollEntry[watched.Length];
            for (var index = 0; index < entries.Length; index++)
            {
                entries[index] = new() { Descriptor = watched[index].Value.Descriptor.Number, Wanted = Libc.PollIn };
            }

            fixed (Libc.PollEntry* first = entries)
            {
                _ = Libc.Poll(first, (nuint)entries.Length, RoundMilliseconds);
            }

            foreach (var (index, pair) in watched.Index().Where(item => entries[item.Index].Seen != 0))
            {
                if (_watched.TryRemove(pair))
                {
                    pair.Value.Close();
                    ThreadPool.QueueUserWorkItem(ended, pair.Key, preferLocal: false);
                }
            }
        }

        foreach (var item in _watched.Values)
        {
            item.Descriptor.Dispose();
        }
    }

    // A supervisor that this process started leaves its exit code behind until it is asked for.
    private static void Reap(ProcessIdentity supervisor) => _ = Libc.WaitPid(supervisor.Pid, out _, Libc.NoHang);

    private sealed record Watched(ProcessIdentity Supervisor, ProcessDescriptor Descriptor)
    {
        public void Close()
        {
            Descriptor.Dispose();
            Reap(Supervisor);
        }
    }
}
