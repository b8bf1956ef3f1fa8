using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for hashes. HSET removes the expiry of a field, so that the commands after it have the same effect on every server.
/// </summary>
internal sealed class HashCommands : TypeCommands
{
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        Set(writer, [.. key.HashFields()], context);
        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        bool hadExpiration = change.MetadataBefore is { } before && HasFieldExpiration(before.Span);
        bool hasExpiration = HasFieldExpiration(change.MetadataAfter!.Value.Span);
        List<HashField> set = [];
        List<ReadOnlyMemory<byte>> removed = [];
        if (hadExpiration != hasExpiration)
        {
            // All values are stored in another form, even those that have not changed.
            if (!context.Rewrites.TrySpend(RewriteAllowance.CostOf(change)))
            {
                return false;
            }

            set.AddRange(change.Key!.HashFields());

            // A value that lay there before its version came back can have the other form, and cannot be read any more.
            removed.AddRange(change.Key.Elements
                .Where(element => !HashFieldValue.TryRead(element.Value.Span, hasExpiration, out _))
                .Select(element => element.Key));
        }

        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (subkey.After is null)
            {
                removed.Add(subkey.Subkey);
            }
            else if (!HashFieldValue.TryRead(subkey.After.Value.Span, hasExpiration, out HashFieldValue value))
            {
                context.Notes.Add(ConversionNoteKind.Undecodable);
            }
            else if (hadExpiration == hasExpiration)
            {
                set.Add(new HashField(subkey.Subkey, subkey.After.Value[^value.Value.Length..], value.ExpiryMilliseconds));
            }
        }

        Set(writer, set, context);
        writer.WriteElements("HDEL", removed);
        return true;
    }

    /// <summary>Writes the expiries of fields that were held back.</summary>
    public static void Expire(CommandWriter writer, KeyspaceKey key) =>
        Expire(writer, key.HashFields().Where(field => field.ExpiryMilliseconds != 0));

    private static void Set(CommandWriter writer, List<HashField> fields, ConversionContext context)
    {
        List<ReadOnlyMemory<byte>> arguments = [];
        List<HashField> expiring = [];
        foreach (HashField field in fields)
        {
            arguments.Add(field.Field);
            arguments.Add(field.Value);
            if (field.ExpiryMilliseconds == 0)
            {
                continue;
            }

            if (!context.Options.WithFieldExpiry)
            {
                context.Notes.AddKey(ConversionNoteKind.FieldExpiryOmitted, "", writer.Namespace, writer.Key);
            }
            else if (!context.Expiries.HoldField(writer.Namespace, writer.Key, field.ExpiryMilliseconds))
            {
                expiring.Add(field);
            }
        }

        writer.WriteElements("HSET", arguments, width: 2);
        Expire(writer, expiring);
    }

    private static void Expire(CommandWriter writer, IEnumerable<HashField> fields)
    {
        foreach (IGrouping<ulong, HashField> group in fields.GroupBy(field => field.ExpiryMilliseconds))
        {
            foreach (HashField[] chunk in group.Chunk(CommandWriter.MaxElements))
            {
                writer.WriteNewer(
                    "HPEXPIREAT",
                    [
                        Argument.Of(Math.Min(group.Key, long.MaxValue)),
                        Argument.Of("FIELDS"),
                        Argument.Of(chunk.LongLength),
                        .. chunk.Select(field => field.Field),
                    ]);
            }
        }
    }

    private static bool HasFieldExpiration(ReadOnlySpan<byte> metadataValue) =>
        KvrocksMetadata.TryRead(metadataValue, out KvrocksMetadata metadata, out _)
        && metadata.TryReadHash(out HashMetadata hash)
        && hash.HasFieldExpiration;
}
