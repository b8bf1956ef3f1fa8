using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>Hashes. HSET takes a field's expiry away, so that what comes behind it starts from the same place everywhere.</summary>
internal static class HashCommands
{
    public static void Build(CommandWriter writer, KeyspaceKey key, ExpiryHold expiries) => Set(writer, [.. key.HashFields()], expiries);

    public static void Update(CommandWriter writer, KeyChange change, ExpiryHold expiries, NoteList notes)
    {
        bool hadExpiration = change.MetadataBefore is { } before && HasFieldExpiration(before.Span);
        bool hasExpiration = HasFieldExpiration(change.MetadataAfter!.Value.Span);
        List<HashField> set = [];
        List<ReadOnlyMemory<byte>> removed = [];
        if (hadExpiration != hasExpiration)
        {
            // The form of all values changed, and perhaps nothing that they mean.
            set.AddRange(change.Key!.HashFields());
        }

        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (subkey.After is null)
            {
                removed.Add(subkey.Subkey);
            }
            else if (!HashFieldValue.TryRead(subkey.After.Value.Span, hasExpiration, out HashFieldValue value))
            {
                notes.Add(ConversionNoteKind.Undecodable);
            }
            else if (hadExpiration == hasExpiration)
            {
                set.Add(new HashField(subkey.Subkey, subkey.After.Value[^value.Value.Length..], value.ExpiryMilliseconds));
            }
        }

        Set(writer, set, expiries);
        writer.WriteElements("HDEL", removed);
    }

    /// <summary>The expiries of fields that were held back.</summary>
    public static void Expire(CommandWriter writer, KeyspaceKey key) =>
        Expire(writer, key.HashFields().Where(field => field.ExpiryMilliseconds != 0));

    private static void Set(CommandWriter writer, List<HashField> fields, ExpiryHold expiries)
    {
        List<ReadOnlyMemory<byte>> arguments = [];
        List<HashField> expiring = [];
        foreach (HashField field in fields)
        {
            arguments.Add(field.Field);
            arguments.Add(field.Value);
            if (field.ExpiryMilliseconds != 0 && !expiries.HoldField(writer.Namespace, writer.Key, field.ExpiryMilliseconds))
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
                    [Argument.Of(Math.Min(group.Key, long.MaxValue)), Argument.Of("FIELDS"), Argument.Of(chunk.LongLength), .. chunk.Select(field => field.Field)]);
            }
        }
    }

    private static bool HasFieldExpiration(ReadOnlySpan<byte> metadataValue) =>
        KvrocksMetadata.TryRead(metadataValue, out KvrocksMetadata metadata, out _)
        && metadata.TryReadHash(out HashMetadata hash)
        && hash.HasFieldExpiration;
}
