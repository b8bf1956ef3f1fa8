using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>What is a string to Redis and not to Kvrocks.</summary>
internal static class HyperLogLogString
{
    // Redis, src/hyperloglog.c: "HYLL", the encoding (0 = dense), three bytes unused, the cached count, little-endian.
    private const int HyperLogLogHeaderSize = 16;
    private const int LastCountByte = 15;
    private const byte CountIsStale = 0x80;

    /// <summary>The string by which Redis has a HyperLogLog. Its count is marked as not known, so that the server counts.</summary>
    public static byte[] Of(KeyspaceKey key)
    {
        byte[] value = new byte[HyperLogLogHeaderSize + HyperLogLog.Size];
        "HYLL"u8.CopyTo(value);
        value[LastCountByte] = CountIsStale;
        key.ToHyperLogLogRegisters()!.CopyTo(value, HyperLogLogHeaderSize);
        return value;
    }
}
