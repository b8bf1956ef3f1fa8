using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>Strings, and what is a string to Redis. SET says all of it, whatever was there before.</summary>
internal static class StringCommands
{
    // Redis, src/hyperloglog.c: "HYLL", the encoding (0 = dense), three bytes unused, the cached count, little-endian.
    private const int HyperLogLogHeaderSize = 16;
    private const int LastCountByte = 15;
    private const byte CountIsStale = 0x80;

    /// <summary>Sets the value. An expiry that is not held back is set with it.</summary>
    public static void Set(CommandWriter writer, ReadOnlyMemory<byte> value, ulong expiry, ExpiryHold expiries)
    {
        if (expiry == 0 || expiries.HoldKey(writer.Namespace, writer.Key, expiry))
        {
            writer.Write("SET", value);
        }
        else
        {
            writer.Write("SET", value, Argument.Of("PXAT"), Argument.Of(expiry));
        }
    }

    /// <summary>The string by which Redis has a HyperLogLog. Its count is marked as not known, so that the server counts.</summary>
    public static byte[] HyperLogLogOf(KeyspaceKey key)
    {
        byte[] value = new byte[HyperLogLogHeaderSize + HyperLogLog.Size];
        "HYLL"u8.CopyTo(value);
        value[LastCountByte] = CountIsStale;
        key.ToHyperLogLogRegisters()!.CopyTo(value, HyperLogLogHeaderSize);
        return value;
    }
}
