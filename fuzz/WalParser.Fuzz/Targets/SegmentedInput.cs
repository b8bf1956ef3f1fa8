using System.Buffers;
using System.IO.Pipelines;

namespace WalParser.Fuzz.Targets;

/// <summary>Creates a pipe in which all bytes are available, in segments of given sizes, so that blocks cross segment boundaries.</summary>
internal static class SegmentedInput
{
    public static PipeReader Of(byte[] bytes, IReadOnlyList<int> sizes)
    {
        Segment? first = null;
        Segment? last = null;
        for (int position = 0, i = 0; position < bytes.Length; i++)
        {
            int length = Math.Min(sizes[i % sizes.Count], bytes.Length - position);
            last = new Segment(bytes.AsMemory(position, length), last);
            first ??= last;
            position += length;
        }

        return PipeReader.Create(
            first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length));
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
