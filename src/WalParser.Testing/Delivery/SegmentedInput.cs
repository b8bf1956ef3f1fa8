using System.Buffers;
using System.IO.Pipelines;

namespace WalParser.Testing.Delivery;

/// <summary>
/// Makes pipes whose bytes are all available at once, in segments of given sizes, so that a block of a log can be in several segments.
/// </summary>
public static class SegmentedInput
{
    /// <summary>Returns a pipe with some bytes.</summary>
    /// <param name="bytes">The bytes. They are not copied.</param>
    /// <param name="sizes">The sizes of the segments, in bytes, each more than 0. After the last size the first one follows.</param>
    public static PipeReader Of(byte[] bytes, IReadOnlyList<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(sizes);
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
