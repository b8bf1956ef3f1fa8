namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The string that a HyperLogLog is in Redis (<c>src/hyperloglog.c</c>): "HYLL", the encoding (0 = dense), three unused bytes, the cached
/// count, little-endian, and the registers.
/// </summary>
internal static class HyperLogLogString
{
    /// <summary>The size of what precedes the registers.</summary>
    public const int HeaderSize = 16;

    /// <summary>The offset of the last byte of the cached count.</summary>
    public const int LastCountByte = 15;

    /// <summary>The value of that byte if the count has to be computed anew.</summary>
    public const byte CountIsStale = 0x80;

    /// <summary>Returns the string of the registers. Its cached count is marked as stale, so that the server counts.</summary>
    public static byte[] Of(ReadOnlySpan<byte> registers)
    {
        byte[] value = new byte[HeaderSize + HyperLogLog.Size];
        "HYLL"u8.CopyTo(value);
        value[LastCountByte] = CountIsStale;
        registers.CopyTo(value.AsSpan(HeaderSize));
        return value;
    }
}
