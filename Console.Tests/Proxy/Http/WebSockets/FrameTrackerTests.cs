using System.Buffers.Binary;
using PodConsole.Proxy.Http.WebSockets;

namespace PodConsole.Tests.Proxy.Http.WebSockets;

/// <summary>Frame ends are found, however the bytes are cut into pieces.</summary>
public sealed class FrameTrackerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Advance_RandomFramesInRandomPieces_FindsEveryEnd(int seed)
    {
        var random = new Random(seed);
        var frames = Enumerable.Range(0, 200).Select(_ => NewFrame(random)).ToList();
        var bytes = frames.SelectMany(frame => frame).ToArray();
        var ends = frames.Aggregate(new List<int> { 0 }, (all, frame) => [.. all, all[^1] + frame.Length]).Skip(1).ToList();
        var tracker = new FrameTracker();
        var found = new List<int>();

        for (var at = 0; at < bytes.Length;)
        {
            var piece = bytes.AsSpan(at, Math.Min(random.Next(1, 5000), bytes.Length - at));
            while (!piece.IsEmpty)
            {
                var length = tracker.Advance(piece);
                Assert.InRange(length, 1, piece.Length);
                at += length;
                piece = piece[length..];
                if (tracker.IsAtBoundary)
                {
                    found.Add(at);
                }
            }
        }

        Assert.Equal(ends, found);
        Assert.False(tracker.IsBroken);
    }

    [Theory]
    [InlineData(new byte[] { 0x83, 0 })]
    [InlineData(new byte[] { 0x8B, 0 })]
    [InlineData(new byte[] { 0x09, 0 })]
    [InlineData(new byte[] { 0x89, 126, 0, 200 })]
    [InlineData(new byte[] { 0x82, 127, 0xFF, 0, 0, 0, 0, 0, 0, 1 })]
    public void AdvanceAll_NoFrame_IsBrokenForGood(byte[] bytes)
    {
        var tracker = new FrameTracker();

        tracker.AdvanceAll(bytes);
        tracker.AdvanceAll(new byte[1000]);

        Assert.True(tracker.IsBroken);
        Assert.False(tracker.IsAtBoundary);
    }

    [Fact]
    public void AdvanceAll_RandomBytes_NeverThrows()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            new FrameTracker().AdvanceAll(bytes);
        }
    }

    [Fact]
    public void AdvanceAll_Close_IsSeenOnceItIsWhole()
    {
        var tracker = new FrameTracker();

        tracker.AdvanceAll([0x88, 0x82, 1, 2, 3, 4, 5]);
        Assert.False(tracker.HasClosed);
        tracker.AdvanceAll([6]);
        Assert.True(tracker.HasClosed);
    }

    private static byte[] NewFrame(Random random)
    {
        var isControl = random.Next(4) == 0;
        var opcode = isControl ? random.Next(8, 11) : random.Next(3);
        var length = isControl ? random.Next(126) : random.Next(6) switch { 0 => 0, 1 => 125, 2 => 126, 3 => random.Next(65536), 4 => 65536, _ => random.Next(70_000) };
        var mask = random.Next(2) == 0 ? 0 : 4;
        byte[] extended = length switch { < 126 => [], < 65536 => new byte[2], _ => new byte[8] };
        if (extended.Length == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(extended, (ushort)length);
        }
        else if (extended.Length == 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(extended, (ulong)length);
        }

        var body = new byte[mask + length];
        random.NextBytes(body);
        var first = (byte)(opcode | (random.Next(8) << 4) | (isControl || random.Next(2) == 0 ? 0x80 : 0));
        return [first, (byte)((extended.Length switch { 0 => length, 2 => 126, _ => 127 }) | (mask > 0 ? 0x80 : 0)), .. extended, .. body];
    }
}
