using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>The commands for HyperLogLogs, which are strings in Redis. Kvrocks has no command that sets one.</summary>
internal sealed class HyperLogLogCommands : TypeCommands
{
    // Redis, src/hyperloglog.c: "HYLL", the encoding (0 = dense), three unused bytes, and the cached count, little-endian.
    private const int HeaderSize = 16;
    private const int LastCountByte = 15;
    private const byte CountIsStale = 0x80;

    public override bool ReplacesValue => true;

    public override bool ShowsMissingElements => false;

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context) =>
        StringCommands.Set(writer, StringOf(key), key.ExpiryMilliseconds, context.Expiries);

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        if (change.Subkeys.Count > 0)
        {
            expiry = Build(writer, change.Key!, context);
        }

        return true;
    }

    protected override bool IsAvailable(CommandOptions options) => options.Target == CommandTarget.Redis;

    /// <summary>
    /// Returns the string that Redis stores for a HyperLogLog. Its cached count is marked as stale, so that the server counts.
    /// </summary>
    private static byte[] StringOf(KeyspaceKey key)
    {
        byte[] value = new byte[HeaderSize + HyperLogLog.Size];
        "HYLL"u8.CopyTo(value);
        value[LastCountByte] = CountIsStale;
        key.ToHyperLogLogRegisters()!.CopyTo(value, HeaderSize);
        return value;
    }
}
