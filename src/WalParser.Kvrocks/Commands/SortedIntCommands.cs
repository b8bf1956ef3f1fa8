using System.Buffers.Binary;
using System.Numerics;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// Sortedints: to Kvrocks as such; to Redis as sorted sets, in which each number is its own score. A score is a double, and a number that is none is rounded
/// in it, which is noted; the members are whole.
/// </summary>
internal static class SortedIntCommands
{
    public static void Build(CommandWriter writer, KeyspaceKey key, CommandTarget target, NoteList notes) =>
        Add(writer, [.. key.SortedInts()], target, notes);

    public static void Update(CommandWriter writer, KeyChange change, CommandTarget target, NoteList notes)
    {
        Add(writer, [.. Numbers(change, isThere: true)], target, notes);
        writer.WriteElements(
            target == CommandTarget.Kvrocks ? "SIREM" : "ZREM", [.. Numbers(change, isThere: false).Select(Argument.Of)]);
    }

    private static IEnumerable<ulong> Numbers(KeyChange change, bool isThere) =>
        from subkey in change.Subkeys
        where subkey.Subkey.Length == sizeof(ulong) && subkey.After is not null == isThere
        select BinaryPrimitives.ReadUInt64BigEndian(subkey.Subkey.Span);

    private static void Add(CommandWriter writer, ulong[] numbers, CommandTarget target, NoteList notes)
    {
        if (target == CommandTarget.Kvrocks)
        {
            writer.WriteElements("SIADD", [.. numbers.Select(Argument.Of)]);
        }
        else
        {
            if (numbers.Any(IsRounded))
            {
                notes.AddKey(ConversionNoteKind.RoundedScore, "", writer.Namespace, writer.Key);
            }

            writer.WriteElements("ZADD", [.. numbers.SelectMany(number => (ReadOnlyMemory<byte>[])[Argument.Of(number), Argument.Of(number)])], width: 2);
        }
    }

    /// <summary>Whether it has more significant bits than the 53 of a double.</summary>
    private static bool IsRounded(ulong number) =>
        number != 0 && 64 - BitOperations.LeadingZeroCount(number) - BitOperations.TrailingZeroCount(number) > 53;
}
