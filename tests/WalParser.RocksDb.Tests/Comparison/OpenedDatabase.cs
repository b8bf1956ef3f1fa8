using System.Globalization;
using System.Security.Cryptography;
using WalParser.Recovery;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>The result of the recovery of a database, by RocksDB or by the reader under test.</summary>
/// <param name="Outcome">Whether the database opens.</param>
/// <param name="Reason">The reason why it does not open. If it opens, the damage that was skipped.</param>
internal sealed record OpenedDatabase(RecoveryOutcome Outcome, string Reason)
{
    // The number of hexadecimal digits that are shown. Longer values are distinguished by their hash.
    private const int MaxShown = 64;

    /// <summary>The last sequence number.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>The number of transactions that are neither committed nor rolled back.</summary>
    public int Prepared { get; init; }

    /// <summary>The content of the column families, in the order of their ids.</summary>
    public FamilyContent[] Families { get; init; } = [];

    /// <summary>The number of keys.</summary>
    public int KeyCount => Families.Sum(family => family.Entries.Length);

    /// <summary>
    /// Returns the keys, with their column families, that are in only one of two opened databases or have different values.
    /// </summary>
    public HashSet<(uint Family, string Key)> KeysThatDifferFrom(OpenedDatabase other)
    {
        HashSet<(uint Family, string Key, string Line)> lines = [.. LinesByKey()];
        lines.SymmetricExceptWith(other.LinesByKey());
        return [.. lines.Select(line => (line.Family, line.Key))];
    }

    /// <summary>Returns the difference from the result of RocksDB, or null if there is none.</summary>
    public string? DifferenceFrom(OpenedDatabase theirs)
    {
        if (Outcome != theirs.Outcome)
        {
            return $"expected {Outcome} ({Reason}), but RocksDB {theirs.Outcome} ({theirs.Reason})";
        }

        if (Outcome != RecoveryOutcome.Opens)
        {
            return null;
        }

        List<string> differences = [];
        if (LastSequence != theirs.LastSequence)
        {
            differences.Add(string.Create(
                CultureInfo.InvariantCulture, $"expected the last sequence number {LastSequence}, but it is {theirs.LastSequence}"));
        }

        if (Prepared != theirs.Prepared)
        {
            differences.Add(string.Create(
                CultureInfo.InvariantCulture, $"expected {Prepared} prepared transactions, but there are {theirs.Prepared}"));
        }

        differences.AddRange(DifferencesOfFamilies(theirs));
        return differences.Count == 0 ? null : $"{string.Join("; ", differences)}; the reader reports: {Reason}";
    }

    private IEnumerable<(uint Family, string Key, string Line)> LinesByKey() =>
        from family in Families
        from entry in family.Entries
        select (family.Id, Convert.ToHexString(entry.Key), LineOf(entry));

    private IEnumerable<string> DifferencesOfFamilies(OpenedDatabase theirs)
    {
        string[] names = [.. Families.Select(family => family.Name)];
        string[] theirNames = [.. theirs.Families.Select(family => family.Name)];
        if (!names.SequenceEqual(theirNames))
        {
            yield return $"expected the families {string.Join(", ", names)}, but they are {string.Join(", ", theirNames)}";
            yield break;
        }

        foreach ((FamilyContent ours, FamilyContent other) in Families.Zip(theirs.Families))
        {
            string[] lines = [.. ours.Entries.Select(LineOf)];
            string[] otherLines = [.. other.Entries.Select(LineOf)];
            if (!lines.SequenceEqual(otherLines))
            {
                string[] more = [.. lines.Except(otherLines)];
                string[] missing = [.. otherLines.Except(lines)];
                yield return $"family {ours.Name}: {more.Length} entries that RocksDB does not have ({more.FirstOrDefault()}), "
                    + $"{missing.Length} missing ({missing.FirstOrDefault()})";
            }
        }
    }

    private static string LineOf(Entry entry)
    {
        string value = Convert.ToHexString(entry.Value);
        string shown = value.Length > MaxShown
            ? $"{value[..MaxShown]}… {entry.Value.Length} bytes, SHA-256 {Convert.ToHexString(SHA256.HashData(entry.Value))}"
            : value;
        return $"{Convert.ToHexString(entry.Key)}@{Convert.ToHexString(entry.Timestamp)} = {shown}";
    }
}
