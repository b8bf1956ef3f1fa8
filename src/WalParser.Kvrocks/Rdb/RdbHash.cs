using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Rdb;

/// <summary>
/// Hashes, with the expiry of fields if the version of the file has it. The server itself chooses a compact form for small ones.
/// </summary>
internal static class RdbHash
{
    /// <summary>
    /// The latest time at which a field can expire; a server refuses the whole file if one is later (Redis, src/ebuckets.h).
    /// </summary>
    private const ulong LatestFieldExpiry = 0x0000_FFFF_FFFF_FFFF;

    /// <summary>Returns whether a field of the key expires at or after a time.</summary>
    public static bool HasFieldExpiry(KeyspaceKey key, DateTimeOffset now) =>
        key.Metadata.TryReadHash(out HashMetadata hash)
        && hash.HasFieldExpiration
        && key.HashFields().Any(field => field.ExpiryMilliseconds != 0 && field.ExistsAt(now));

    /// <summary>Returns the fields that have not expired; null if none is known.</summary>
    public static RdbValue? Of(KeyspaceKey key, RdbContext context)
    {
        List<HashField> fields = [.. key.HashFields().Where(field => field.ExistsAt(context.Now))];
        if (fields.Count == 0)
        {
            return null;
        }

        if (fields.Exists(field => field.ExpiryMilliseconds != 0))
        {
            if (context.Version >= RdbContext.FieldExpiryVersion)
            {
                return new RdbValue(RdbCode.HashMetadata, output => WriteWithExpiries(output, fields));
            }

            context.Notes.Add(RdbNoteKind.FieldExpiry, key);
        }

        return new RdbValue(RdbCode.Hash, output =>
        {
            output.WriteLength(fields.Count);
            foreach (HashField field in fields)
            {
                output.WriteString(field.Field.Span);
                output.WriteString(field.Value.Span);
            }
        });
    }

    /// <summary>Writes the fields with their expiries, each as the time after the least one plus 1; 0 means never.</summary>
    private static void WriteWithExpiries(RdbOutput output, List<HashField> fields)
    {
        ulong least = fields.Where(field => field.ExpiryMilliseconds != 0).Min(ExpiryOf);
        output.WriteMilliseconds(least);
        output.WriteLength(fields.Count);
        foreach (HashField field in fields)
        {
            output.WriteLength(field.ExpiryMilliseconds == 0 ? 0 : ExpiryOf(field) - least + 1);
            output.WriteString(field.Field.Span);
            output.WriteString(field.Value.Span);
        }
    }

    private static ulong ExpiryOf(HashField field) => Math.Min(field.ExpiryMilliseconds, LatestFieldExpiry);
}
