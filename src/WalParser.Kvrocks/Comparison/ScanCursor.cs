using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// The place in a scan. A cursor means something only to the process that returned it: Redis seeds its tables anew at each start.
/// </summary>
/// <param name="Bytes">The cursor.</param>
/// <param name="Connection">The connection over which the cursor arrived; null at the beginning.</param>
internal readonly record struct ScanCursor(ReadOnlyMemory<byte> Bytes, RedisConnection? Connection)
{
    /// <summary>The beginning of a scan.</summary>
    public static ScanCursor Start { get; } = new("0"u8.ToArray(), null);

    /// <summary>Whether a returned cursor is the one at the end of a scan.</summary>
    public bool IsEnd => Bytes.Span.SequenceEqual("0"u8);
}
