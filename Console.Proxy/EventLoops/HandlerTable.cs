namespace PodConsole.Proxy.EventLoops;

/// <summary>
/// Whom a loop tells of its sockets, by numbers that are not given again. Any thread changes it; the loop's looks a number up
/// without a lock. Each takes 16 bytes, which the next one gets when it is gone.
/// </summary>
internal sealed class HandlerTable
{
    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[64];
    private int _used;
    private int _firstFree = -1;

    /// <summary>Takes one in.</summary>
    /// <returns>Its number.</returns>
    public long Add(ILoopHandler handler)
    {
        lock (_lock)
        {
            var index = _firstFree;
            if (index >= 0)
            {
                _firstFree = _slots[index].NextFree;
            }
            else
            {
                index = _used++;
                if (index == _slots.Length)
                {
                    var larger = new Slot[index * 2];
                    _slots.CopyTo(larger, 0);
                    Volatile.Write(ref _slots, larger);
                }

                _slots[index].Generation = 1; // So that 0 is nobody's number.
            }

            ref var slot = ref _slots[index];
            Volatile.Write(ref slot.Handler, handler);
            return ((long)slot.Generation << 32) | (uint)index;
        }
    }

    /// <summary>Forgets one; nothing when it is gone.</summary>
    public void Remove(long number)
    {
        var index = (int)number;
        lock (_lock)
        {
            ref var slot = ref _slots[index];
            if (slot.Generation != (int)(number >> 32))
            {
                return;
            }

            // First: who finds the next handler here finds that its own number is not valid any more.
            Volatile.Write(ref slot.Generation, slot.Generation + 1);
            Volatile.Write(ref slot.Handler, null);
            (slot.NextFree, _firstFree) = (_firstFree, index);
        }
    }

    /// <summary>The one with that number; null when it is gone.</summary>
    public ILoopHandler? Find(long number)
    {
        ref var slot = ref Volatile.Read(ref _slots)[(int)number];
        var handler = Volatile.Read(ref slot.Handler);
        return Volatile.Read(ref slot.Generation) == (int)(number >> 32) ? handler : null;
    }

    private struct Slot
    {
        public ILoopHandler? Handler;
        public int Generation;
        public int NextFree;
    }
}
