using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>The commands for strings: SET, with the expiry.</summary>
internal sealed class StringCommands : TypeCommands
{
    public override bool ReplacesValue => true;

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context) =>
        Set(writer, key.StringValue, key.ExpiryMilliseconds, context);

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        KvrocksMetadata after = KvrocksMetadata.ReadOrDefault(change.MetadataAfter);
        if (!KvrocksMetadata.ReadOrDefault(change.MetadataBefore).Body.SequenceEqual(after.Body))
        {
            expiry = Set(writer, change.Key!.StringValue, after.ExpiryMilliseconds, context);
        }

        return true;
    }

    /// <summary>
    /// Sets a string, with its expiry unless that is held back or set by another command, and returns the expiry that the key has then.
    /// </summary>
    public static ulong Set(CommandWriter writer, ReadOnlyMemory<byte> value, ulong expiry, ConversionContext context)
    {
        if (expiry == 0 || !context.Options.WithSetExpiry || context.Expiries.HoldKey(writer.Namespace, writer.Key, expiry))
        {
            writer.Write("SET", value);
            return 0;
        }

        writer.Write("SET", value, Argument.Of("PXAT"), Argument.Of(Math.Min(expiry, long.MaxValue)));
        return expiry;
    }
}
