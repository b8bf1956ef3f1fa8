using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.ServerRecords;

// The format (Kvrocks, src/types/redis_timeseries.cc, TSRevLabelKey); integers are big-endian. Keys of this family never contain a slot.
//
//   +----------------------+-----------+-------+------------------+-------+------------------+-------+----------+
//   | namespace length (1) | namespace | 0 (1) | label length (4) | label | value length (4) | value | user key |
//   +----------------------+-----------+-------+------------------+-------+------------------+-------+----------+

/// <summary>
/// A key of the column family <c>index</c>, by which a server finds the time series that have a label, read in place: its spans point into
/// the bytes that it was read from.
/// </summary>
public readonly ref struct LabelIndexKey
{
    private const byte TimeSeriesLabel = 0;

    private LabelIndexKey(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> label, ReadOnlySpan<byte> value, ReadOnlySpan<byte> userKey)
    {
        Namespace = ns;
        Label = label;
        Value = value;
        UserKey = userKey;
    }

    /// <summary>The namespace.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The name of the label.</summary>
    public ReadOnlySpan<byte> Label { get; }

    /// <summary>The value of the label.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The key of the time series.</summary>
    public ReadOnlySpan<byte> UserKey { get; }

    /// <summary>Reads a stored key. Returns false if it is shorter than the lengths in it require, or is not that of a label.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LabelIndexKey key)
    {
        key = default;
        var reader = new BigEndianReader(bytes);
        if (!reader.TryReadSized8(out ReadOnlySpan<byte> ns)
            || !reader.TryRead8(out byte kind)
            || kind != TimeSeriesLabel
            || !reader.TryReadSized32(out ReadOnlySpan<byte> label)
            || !reader.TryReadSized32(out ReadOnlySpan<byte> value))
        {
            return false;
        }

        key = new LabelIndexKey(ns, label, value, reader.Rest);
        return true;
    }
}
