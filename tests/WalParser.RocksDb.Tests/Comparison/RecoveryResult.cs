using System.Globalization;
using System.Security.Cryptography;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>What recovery makes of a database, by RocksDB or by the reader under test.</summary>
/// <param name="Outcome">Whether it opens.</param>
/// <param name="Reason">Why it does not; where it does, what was passed over.</param>
internal sealed record RecoveryResult(RecoveryOutcome Outcome, string Reason)
{
    // In hex digits; of what is longer, the rest is in the hash.
    private const int MaxShown = 64;

    /// <summary>The last sequence number.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>How many transactions wait for their end.</summary>
    public int Prepared { get; init; }

    /// <summary>All that it holds, in the order of the families' ids.</summary>
    public FamilyContent[] Families { get; init; } = [];

    /// <summary>How many keys it holds.</summary>
    public int KeyCount => Families.Sum(family => family.Entries.Length);

    /// <summary>The keys, with their column families, that are in one of two databases that open, or have another value in one.</summary>
    public HashSet<(uint Family, string Key)> KeysThatDifferFrom(RecoveryResult other)
    {
        HashSet<(uint Family, string Key, string Line)> lines = [.. LinesByKey()];
        lines.SymmetricExceptWith(other.LinesByKey());
        return [.. lines.Select(line => (line.Family, line.Key))];
    }

    /// <summary>How this differs from what RocksDB makes of it; null if it does not.</summary>
    public string? DifferenceFrom(RecoveryResult theirs)
    {
        if (Outcome != theirs.Outcome)
        {
            return $"we say that it {Outcome} ({Reason}), and it {theirs.Outcome} ({theirs.Reason})";
        }

        if (Outcome != RecoveryOutcome.Opens)
        {
            return null;
        }

        List<string> differences = [];
        if (LastSequence != theirs.LastSequence)
        {
            differences.Add(string.Create(
                CultureInfo.InvariantCulture, $"we say that the last sequence number is {LastSequence}, and it is {theirs.LastSequence}"));
        }

        if (Prepared != theirs.Prepared)
        {
            differences.Add(string.Create(
                CultureInfo.InvariantCulture, $"we say that {Prepared} transactions are prepared, and {theirs.Prepared} are"));
        }

        differences.AddRange(DifferencesOfFamilies(theirs));
        return differences.Count == 0 ? null : $"{string.Join("; ", differences)}; we say: {Reason}";
    }

    private IEnumerable<(uint Family, string Key, string Line)> LinesByKey() =>
        from family in Families
        from entry in family.Entries
        select (family.Id, Convert.ToHexString(entry.Key), LineOf(entry));

    private IEnumerable<string> DifferencesOfFamilies(RecoveryResult theirs)
    {
        string[] names = [.. Families.Select(family => family.Name)];
        string[] theirNames = [.. theirs.Families.Select(family => family.Name)];
        if (!names.SequenceEqual(theirNames))
        {
            yield return $"we see the families {string.Join(", ", names)}, and they are {string.Join(", ", theirNames)}";
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
                yield return $"family {ours.Name}: {more.Length} entries that are not there ({more.FirstOrDefault()}), "
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
