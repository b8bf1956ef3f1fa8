using System.Text;
using WalParser.Salvage;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Salvage;

/// <summary>Describes a hole in the output of <c>salvage</c> for people: what is missing, and the records and keys next to it.</summary>
internal static class HoleText
{
    private const int LongestKey = 64;

    /// <summary>Writes a line about the hole, and one for each record next to it.</summary>
    /// <param name="hole">The hole.</param>
    /// <param name="gaps">The gaps that a reading finds that does not search for records after damage.</param>
    /// <param name="families">The names of the column families.</param>
    /// <param name="output">The output.</param>
    public static void Write(SalvageHole hole, IReadOnlyList<SequenceFinding> gaps, FamilyNames families, ReportOutput output)
    {
        ulong? before = hole.Before?.NextSequence;
        SequenceFinding? gap = gaps.FirstOrDefault(gap => gap.FirstSequence <= before && before <= gap.LastSequence);
        string ofGap = gap?.Missing > hole.MissingSequences && hole.MissingSequences > 0
            ? $"; {gap.Missing} are missing without the search"
            : "";
        string missing = hole.MissingSequences switch
        {
            null => "an unknown number of sequence numbers is missing",
            0 => "no sequence number is missing",
            1 => $"sequence number {hole.Before!.NextSequence} is missing{(ofGap.Length > 0 ? $" (1{ofGap})" : "")}",
            _ => $"sequence numbers {hole.Before!.NextSequence} to {hole.After!.FirstSequence - 1} are missing "
                + $"({hole.MissingSequences}{ofGap})",
        };
        output.WriteLine($"hole: {missing}");
        output.WriteIndented(ShownText.Of($"before: {Describe(hole.Before, "last", families)}"));
        output.WriteIndented(ShownText.Of($"after: {Describe(hole.After, "first", families)}"));
    }

    private static string Describe(SalvageEdge? edge, string which, FamilyNames families)
    {
        if (edge is null)
        {
            return "nothing";
        }

        string key = edge.ColumnFamily is { } family
            ? $"{which} key {Shown(edge)} of column family {families.Describe(family)}"
                + (KvrocksName.Of(edge, families) is { } name ? $", {name}" : "")
            : "no key";
        string more = edge.ColumnFamilies.Count > 1
            ? $" (families {string.Join(", ", edge.ColumnFamilies.Select(families.Describe))})"
            : "";
        return $"sequence number {edge.FirstSequence} in {edge.File}, offset {edge.Offset}; {key}{more}";
    }

    private static string Shown(SalvageEdge edge)
    {
        ReadOnlySpan<byte> key = edge.Key.Span;
        ReadOnlySpan<byte> shown = ByteText.Shorten(key, LongestKey);
        string text = ByteText.IsText(shown)
            ? $"'{Encoding.UTF8.GetString(shown)}'"
            : ByteText.HexPrefix + Convert.ToHexStringLower(key[..Math.Min(key.Length, LongestKey / 2)]);
        return edge.KeyLength > LongestKey ? $"{text}... ({edge.KeyLength} bytes)" : text;
    }
}
