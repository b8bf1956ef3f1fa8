using System.Buffers.Binary;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>Sortedints: to Kvrocks as such; to Redis as sorted sets, in which each number is its own score.</summary>
internal static class SortedIntCommands
{
    public static void Build(CommandWriter writer, KeyspaceKey key, CommandTarget target) => Add(writer, key.SortedInts(), target);

    public static void Update(CommandWriter writer, KeyChange change, CommandTarget target)
    {
        Add(writer, Numbers(change, isThere: true), target);
        writer.WriteElements(
            target == CommandTarget.Kvrocks ? "SIREM" : "ZREM", [.. Numbers(change, isThere: false).Select(Argument.Of)]);
    }

    private static IEnumerable<ulong> Numbers(KeyChange change, bool isThere) =>
        from subkey in change.Subkeys
        where subkey.Subkey.Length == sizeof(ulong) && subkey.After is not null == isThere
        select BinaryPrimitives.ReadUInt64BigEndian(subkey.Subkey.Span);

    private static void Add(CommandWriter writer, IEnumerable<ulong> numbers, CommandTarget target)
    {
        if (target == CommandTarget.Kvrocks)
        {
            writer.WriteElements("SIADD", [.. numbers.Select(Argument.Of)]);
        }
        else
        {
            writer.WriteElements("ZADD", [.. numbers.SelectMany(number => (ReadOnlyMemory<byte>[])[Argument.Of(number), Argument.Of(number)])], width: 2);
        }
    }
}
