using System.Buffers.Text;
using System.Numerics;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Rdb;

/// <summary>
/// Sorted sets, and sortedints, which become sorted sets in which each number is its own score. The server itself chooses a compact form
/// for small ones.
/// </summary>
internal static class RdbZSet
{
    private const int LongestNumber = 20;
    private const int SignificantBits = 53;

    /// <summary>Returns the members; null if none is known. A server refuses the whole file if a score is not a number.</summary>
    public static RdbValue? Of(KeyspaceKey key) => Of([.. key.DistinctZSetMembers().Where(member => !double.IsNaN(member.Score))]);

    /// <summary>
    /// Returns the numbers; null if none is known. A score is a double, which rounds numbers of more than 53 significant bits; that is
    /// noted. The members are exact.
    /// </summary>
    public static RdbValue? OfSortedInt(KeyspaceKey key, RdbContext context)
    {
        List<ulong> numbers = [.. key.SortedInts()];
        if (numbers.Exists(IsRounded))
        {
            context.Notes.Add(RdbNoteKind.RoundedScore, key);
        }

        return Of([.. numbers.Select(number => new ZSetMember(TextOf(number), number))]);
    }

    private static RdbValue? Of(List<ZSetMember> members) => members.Count == 0 ? null : new RdbValue(RdbCode.ZSet2, output =>
    {
        output.WriteLength(members.Count);
        foreach (ZSetMember member in members)
        {
            output.WriteString(member.Member.Span);
            output.WriteDouble(member.Score);
        }
    });

    private static byte[] TextOf(ulong number)
    {
        Span<byte> text = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, text, out int length);
        return text[..length].ToArray();
    }

    /// <summary>Returns whether a number has more significant bits than a double.</summary>
    private static bool IsRounded(ulong number) =>
        number != 0 && 64 - BitOperations.LeadingZeroCount(number) - BitOperations.TrailingZeroCount(number) > SignificantBits;
}
