using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The command for Bloom filters of Kvrocks, BF.RESERVE. It creates filters without items; no command sets the bits of a filter, and the
/// items that set them are not stored.
/// </summary>
internal sealed class BloomFilterCommands : TypeCommands
{
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        if (key.Metadata.TryReadBloomFilter(out BloomFilterMetadata filter))
        {
            // An expansion of 0 is stored for a chain that does not grow.
            writer.Write(
                "BF.RESERVE",
                [
                    Argument.OfScore(filter.ErrorRate), Argument.Of((long)filter.BaseCapacity),
                    .. filter.Expansion == 0
                        ? (ReadOnlyMemory<byte>[])[Argument.Of("NONSCALING")]
                        : [Argument.Of("EXPANSION"), Argument.Of((long)filter.Expansion)],
                ]);
        }

        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry) =>
        KvrocksMetadata.ReadOrDefault(change.MetadataBefore).Body.SequenceEqual(KvrocksMetadata.ReadOrDefault(change.MetadataAfter).Body);

    protected override bool CanCreate(in KvrocksMetadata metadata) =>
        metadata.Size == 0
        && metadata.TryReadBloomFilter(out BloomFilterMetadata filter)
        && filter is { Filters: 1, ErrorRate: > 0 and < 1 };
}
