using System.Buffers.Binary;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for t-digests of Kvrocks: TDIGEST.CREATE and, for the values in the buffer, TDIGEST.ADD. A digest whose buffer was merged
/// into centroids cannot be created: no command sets a centroid, and the values that became part of it are not stored.
/// </summary>
internal sealed class TDigestCommands : TypeCommands
{
    private const int MinCompression = 1;
    private const int MaxCompression = 1000;

    /// <summary>The subkey of the buffer: the kind 0, and nothing else. Its value is a sequence of doubles that sort as bytes.</summary>
    private static readonly byte[] Buffer = [0];

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        if (key.Metadata.TryReadTDigest(out TDigestMetadata digest))
        {
            writer.Write("TDIGEST.CREATE", Argument.Of("COMPRESSION"), Argument.Of((long)digest.Compression));
            if (key.TryGetElement(Buffer, out ReadOnlyMemory<byte> values))
            {
                Add(writer, values.Span, context);
            }
        }

        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        if (!KvrocksMetadata.ReadOrDefault(change.MetadataBefore).TryReadTDigest(out TDigestMetadata before)
            || !KvrocksMetadata.ReadOrDefault(change.MetadataAfter).TryReadTDigest(out TDigestMetadata after)
            || before.Compression != after.Compression)
        {
            return false;
        }

        ReadOnlyMemory<byte> values = change.Key!.TryGetElement(Buffer, out ReadOnlyMemory<byte> present) ? present : default;
        ReadOnlyMemory<byte> earlier = values;
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (subkey.Subkey.Span.SequenceEqual(Buffer))
            {
                earlier = subkey.Before ?? default;
            }
        }

        if (values.IsEmpty && (!earlier.IsEmpty || before.Observations != 0))
        {
            writer.Write("TDIGEST.RESET");
            return true;
        }

        if (!values.Span.StartsWith(earlier.Span))
        {
            return false;
        }

        Add(writer, values.Span[earlier.Length..], context);
        return true;
    }

    protected override bool CanCreate(in KvrocksMetadata metadata) =>
        metadata.TryReadTDigest(out TDigestMetadata digest)
        && digest is { MergedNodes: 0, Merges: 0, Compression: >= MinCompression and <= MaxCompression };

    private static void Add(CommandWriter writer, ReadOnlySpan<byte> values, ConversionContext context)
    {
        List<ReadOnlyMemory<byte>> arguments = [];
        for (; values.Length >= sizeof(double); values = values[sizeof(double)..])
        {
            double value = SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(values));
            if (double.IsFinite(value))
            {
                arguments.Add(Argument.OfScore(value));
            }
            else
            {
                context.Notes.Add(ConversionNoteKind.Undecodable);
            }
        }

        writer.WriteElements("TDIGEST.ADD", arguments);
    }
}
