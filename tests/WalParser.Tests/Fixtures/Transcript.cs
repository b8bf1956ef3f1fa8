using System.Buffers;
using System.IO.Pipelines;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Tests.Fixtures;

/// <summary>All that a reader says of a log, a line each, so that two readings can be compared.</summary>
internal static class Transcript
{
    public static async Task<List<string>> OfAsync(WalReader reader)
    {
        List<string> lines = [];
        await using (reader)
        {
            while (await reader.ReadAsync())
            {
                lines.Add(LineOf(reader));
            }

            lines.Add(EndOf(reader));
        }

        return lines;
    }

    /// <summary>What a reader of a growing log says now; its end only if it has ended.</summary>
    public static List<string> OfAvailable(WalReader reader)
    {
        List<string> lines = [];
        while (reader.TryRead())
        {
            lines.Add(LineOf(reader));
        }

        if (reader.End is not null)
        {
            lines.Add(EndOf(reader));
        }

        return lines;
    }

    public static Task<List<string>> OfAsync(byte[] log, WalReaderOptions? options = null) =>
        OfAsync(WalReader.Create(new MemoryStream(log), options));

    private static string EndOf(WalReader reader) =>
        $"{reader.End} {reader.LogNumber} {reader.IsRecycled} {reader.Predecessor} {string.Join(',', reader.TimestampSizes.ByColumnFamily)}";

    private static string LineOf(WalReader reader)
    {
        switch (reader.Kind)
        {
            case WalEntryKind.Record:
                WalRecord record = reader.Record;
                var batch = new WriteBatch(record);
                int operations = 0;
                foreach (WriteBatchOperation operation in batch)
                {
                    operations++;
                }

                return $"record {record.Offset} {record.EndOffset} {record.Payload.Length} {record.ComputeCrc32C():x8} {record.FragmentCount} "
                    + $"{batch.Sequence} {operations} {batch.Corruption?.Reason}";
            case WalEntryKind.Corruption:
                return (reader.Corruption.File is null ? "log, " : "") + reader.Corruption + reader.Corruption.LooksStale;
            default:
                return reader.OldRecord.ToString();
        }
    }
}

/// <summary>A stream that gives its bytes in pieces of given sizes, in turn, now at once and now later.</summary>
internal sealed class PiecewiseStream(byte[] bytes, IReadOnlyList<int> sizes) : ForwardStream
{
    private int _position;
    private int _reads;

    public override int Read(Span<byte> buffer)
    {
        int length = Math.Min(Math.Min(sizes[_reads++ % sizes.Count], buffer.Length), bytes.Length - _position);
        bytes.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_reads % 3 == 1)
        {
            await Task.Yield();
        }

        return Read(buffer.Span);
    }
}

/// <summary>A pipe reader whose bytes are all there at once, in segments of given sizes: blocks lie across them.</summary>
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

        return PipeReader.Create(first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length));
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
