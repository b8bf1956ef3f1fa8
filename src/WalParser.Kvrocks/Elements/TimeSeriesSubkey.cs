using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

// The format (Kvrocks, src/types/redis_timeseries.cc); integers are big-endian:
//
//   +-------+                       +-------+                       +-------+
//   | 0 (1) | first timestamp (8)   | 1 (1) | label                 | 2 (1) | key of the other series
//   +-------+            chunk      +-------+            label      +-------+            rule

/// <summary>
/// The subkey of an element of a time series, read in place: its span points into the bytes that it was read from.
/// </summary>
public readonly ref struct TimeSeriesSubkey
{
    private TimeSeriesSubkey(TimeSeriesSubkeyKind kind, ulong chunk, ReadOnlySpan<byte> name)
    {
        Kind = kind;
        ChunkId = chunk;
        Name = name;
    }

    /// <summary>The kind of the element.</summary>
    public TimeSeriesSubkeyKind Kind { get; }

    /// <summary>The timestamp of the first sample of a chunk; 0 for other kinds.</summary>
    public ulong ChunkId { get; }

    /// <summary>The name of a label, or the key of the series that a rule writes; empty for a chunk.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Reads a subkey.</summary>
    /// <param name="bytes">The subkey.</param>
    /// <param name="subkey">The parts of the subkey.</param>
    /// <param name="reason">The reason why it cannot be read; null if it can be read.</param>
    /// <returns>True if the subkey is that of one of the known kinds.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TimeSeriesSubkey subkey, out string? reason)
    {
        subkey = default;
        reason = null;
        var reader = new BigEndianReader(bytes);
        if (!reader.TryRead8(out byte number) || number > (byte)TimeSeriesSubkeyKind.Rule)
        {
            reason = "neither chunk, label nor rule";
            return false;
        }

        var kind = (TimeSeriesSubkeyKind)number;
        if (kind != TimeSeriesSubkeyKind.Chunk)
        {
            subkey = new TimeSeriesSubkey(kind, 0, reader.Rest);
            return true;
        }

        if (!reader.TryRead64(out ulong chunk) || !reader.Rest.IsEmpty)
        {
            reason = "id of a chunk not of 8 bytes";
            return false;
        }

        subkey = new TimeSeriesSubkey(kind, chunk, default);
        return true;
    }
}
