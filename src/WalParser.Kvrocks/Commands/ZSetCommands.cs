using System.Buffers.Binary;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>Sorted sets. A score that is not a number is noted: no server has such.</summary>
internal static class ZSetCommands
{
    public static void Build(CommandWriter writer, KeyspaceKey key, NoteList notes)
    {
        List<ReadOnlyMemory<byte>> arguments = [];
        foreach (ZSetMember member in key.ZSetMembers())
        {
            if (double.IsNaN(member.Score))
            {
                notes.Add(ConversionNoteKind.Undecodable);
                continue;
            }

            arguments.Add(Argument.OfScore(member.Score));
            arguments.Add(member.Member);
        }

        writer.WriteElements("ZADD", arguments, width: 2);
    }

    public static void Update(CommandWriter writer, KeyChange change, NoteList notes)
    {
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
                    notes.Add(ConversionNoteKind.Undecodable);
                }

                removed.Add(subkey.Subkey);
            }
            else if (before == after && BitConverter.DoubleToInt64Bits(before!.Value) != BitConverter.DoubleToInt64Bits(score))
            {
                // 0 and −0 are equal, and a server would leave the score as it is.
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
            // By way of another score: the key stays, and with it its expiry.
            writer.Write("ZADD", Argument.Of(1), signs[i + 1]);
            writer.Write("ZADD", signs[i], signs[i + 1]);
        }

        writer.WriteElements("ZREM", removed);
    }

    private static double? ScoreOf(ReadOnlyMemory<byte>? stored) =>
        stored is { Length: sizeof(ulong) } bytes
        && SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(bytes.Span)) is var score
        && !double.IsNaN(score)
            ? score
            : null;
}
