using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>The commands for HyperLogLogs of Redis, where they are strings.</summary>
internal sealed class HyperLogLogStringCommands : TypeCommands
{
    public override bool ReplacesValue => true;

    public override bool ShowsMissingElements => false;

    /// <summary>
    /// Sets the whole string if most segments are stored; otherwise its header, the segments that are, and the last byte, which makes the
    /// string as long as Redis expects it.
    /// </summary>
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        List<(int Offset, byte[] Bytes)> segments = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> segment) in key.Elements)
        {
            if (OffsetOf(subkey) is { } offset)
            {
                segments.Add((offset, BytesOf(segment, segment.Length)));
            }
        }

        byte[] value = HyperLogLogString.Of(key.ToHyperLogLogRegisters());
        bool isDense = 2 * segments.Count > HyperLogLog.SegmentCount;
        ReadOnlyMemory<byte> first = isDense ? value : value.AsMemory(0, HyperLogLogString.HeaderSize);
        ulong expiry = StringCommands.Set(writer, first, key.ExpiryMilliseconds, context);
        if (!isDense)
        {
            segments.ForEach(segment => Write(writer, segment.Offset, segment.Bytes));
            Write(writer, value.Length - 1, value[^1..]);
        }

        return expiry;
    }

    /// <summary>
    /// Writes the segments that changed, and marks the cached count as stale, as <see cref="HyperLogLogString.Of"/> does.
    /// </summary>
    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        List<(int Offset, byte[] Bytes)> segments = [];
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (OffsetOf(subkey.Subkey) is { } offset)
            {
                int length = Math.Max(subkey.Before?.Length ?? 0, subkey.After?.Length ?? 0);
                segments.Add((offset, BytesOf(subkey.After ?? default, length)));
            }
        }

        if (segments.Count > 0)
        {
            Write(writer, HyperLogLogString.LastCountByte, [HyperLogLogString.CountIsStale]);
            segments.ForEach(segment => Write(writer, segment.Offset, segment.Bytes));
        }

        return true;
    }

    /// <summary>Returns the offset of a segment in the string; null for a subkey that is not that of a segment.</summary>
    private static int? OffsetOf(ReadOnlyMemory<byte> subkey) =>
        DecimalIndex.TryRead(subkey.Span, out ulong index) && index < HyperLogLog.SegmentCount
            ? HyperLogLogString.HeaderSize + ((int)index * HyperLogLog.SegmentSize)
            : null;

    /// <summary>Returns the first bytes of a segment, no more than it has; missing ones are 0.</summary>
    private static byte[] BytesOf(ReadOnlyMemory<byte> segment, int length)
    {
        byte[] bytes = new byte[Math.Min(length, HyperLogLog.SegmentSize)];
        segment.Span[..Math.Min(segment.Length, bytes.Length)].CopyTo(bytes);
        return bytes;
    }

    private static void Write(CommandWriter writer, int offset, byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            writer.Write("SETRANGE", Argument.Of((long)offset), bytes);
        }
    }
}
