using System.Buffers.Binary;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>The commands for sorted sets. A score that is not a number is noted and left out: no server accepts one.</summary>
internal sealed class ZSetCommands : TypeCommands
{
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        List<ReadOnlyMemory<byte>> arguments = [];
        foreach (ZSetMember member in key.DistinctZSetMembers())
        {
            if (double.IsNaN(member.Score))
            {
                context.Notes.Add(ConversionNoteKind.Undecodable);
                continue;
            }

            arguments.Add(Argument.OfScore(member.Score));
            arguments.Add(member.Member);
        }

        writer.WriteElements("ZADD", arguments, width: 2);
        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        if (!IsRegular(change))
        {
            return false;
        }

        List<ReadOnlyMemory<byte>> added = [];
        List<ReadOnlyMemory<byte>> signs = [];
        List<ReadOnlyMemory<byte>> removed = [];
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            double? before = ScoreOf(subkey.Before);
            double? after = ScoreOf(subkey.After);
            if (after is not { } score)
            {
                if (subkey.After is not null)
                {
                    context.Notes.Add(ConversionNoteKind.Undecodable);
                }

                removed.Add(subkey.Subkey);
            }
            else if (before == after && BitConverter.DoubleToInt64Bits(before!.Value) != BitConverter.DoubleToInt64Bits(score))
            {
                // 0 and −0 are equal, so a server would leave the score unchanged.
                signs.AddRange([Argument.OfScore(score), subkey.Subkey]);
            }
            else if (before != after)
            {
                added.AddRange([Argument.OfScore(score), subkey.Subkey]);
            }
        }

        writer.WriteElements("ZADD", added, width: 2);
        for (int i = 0; i < signs.Count; i += 2)
        {
            // Another score in between changes the sign without removing the member: the key and its expiry continue to exist.
            writer.Write("ZADD", Argument.Of(1), signs[i + 1]);
            writer.Write("ZADD", signs[i], signs[i + 1]);
        }

        writer.WriteElements("ZREM", removed);
        return true;
    }

    /// <summary>
    /// Returns whether the server of the log reads all members of the sorted set, before and after: it reads no more than the metadata
    /// counts, and the scores that are stored in <c>zset_score</c>.
    /// </summary>
    private static bool IsRegular(KeyChange change)
    {
        KeyspaceKey key = change.Key!;
        long added = change.Subkeys.Count(subkey => subkey.Before is null && subkey.After is not null);
        long removed = change.Subkeys.Count(subkey => subkey.Before is not null && subkey.After is null);
        return key.Live?.HasOtherScores != true
            && (ulong)key.ElementCount <= key.Metadata.Size
            && (ulong)(key.ElementCount - added + removed) <= KvrocksMetadata.ReadOrDefault(change.MetadataBefore).Size;
    }

    private static double? ScoreOf(ReadOnlyMemory<byte>? stored) =>
        stored is { Length: sizeof(ulong) } bytes
        && SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(bytes.Span)) is var score
        && !double.IsNaN(score)
            ? score
            : null;
}
