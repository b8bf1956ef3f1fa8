using System.Buffers.Binary;
using System.Numerics;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for sortedints: for Kvrocks, its own; for Redis, those of sorted sets in which each number is its own score. A score is a
/// double, which rounds numbers of more than 53 significant bits; that is noted. The members are exact.
/// </summary>
internal sealed class SortedIntCommands : TypeCommands
{
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        Add(writer, [.. key.SortedInts()], context);
        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        Add(writer, [.. Numbers(change, isThere: true)], context);
        writer.WriteElements(
            context.Options.Target == CommandTarget.Kvrocks ? "SIREM" : "ZREM", [.. Numbers(change, isThere: false).Select(Argument.Of)]);
        return true;
    }

    private static IEnumerable<ulong> Numbers(KeyChange change, bool isThere) =>
        from subkey in change.Subkeys
        where subkey.Subkey.Length == sizeof(ulong) && subkey.After is not null == isThere
        select BinaryPrimitives.ReadUInt64BigEndian(subkey.Subkey.Span);

    private static void Add(CommandWriter writer, ulong[] numbers, ConversionContext context)
    {
        if (context.Options.Target == CommandTarget.Kvrocks)
        {
            writer.WriteElements("SIADD", [.. numbers.Select(Argument.Of)]);
        }
        else
        {
            if (numbers.Any(IsRounded))
            {
                context.Notes.AddKey(ConversionNoteKind.RoundedScore, "", writer.Namespace, writer.Key);
            }

            writer.WriteElements(
                "ZADD", [.. numbers.SelectMany(number => (ReadOnlyMemory<byte>[])[Argument.Of(number), Argument.Of(number)])], width: 2);
        }
    }

    /// <summary>Returns whether a number has more significant bits than the 53 of a double.</summary>
    private static bool IsRounded(ulong number) =>
        number != 0 && 64 - BitOperations.LeadingZeroCount(number) - BitOperations.TrailingZeroCount(number) > 53;
}
