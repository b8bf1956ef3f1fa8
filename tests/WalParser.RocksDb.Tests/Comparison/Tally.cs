using System.Globalization;
using System.Text;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>What a run has compared and found.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<RecoveryOutcome, int> _outcomes = [];
    private readonly List<string> _unexplained = [];

    /// <summary>How many databases RocksDB made.</summary>
    public int Databases { get; set; }

    /// <summary>How many batches were the same as those of <c>rocksdb_get_updates_since</c>.</summary>
    public int Batches { get; set; }

    /// <summary>How many batches <c>rocksdb_get_updates_since</c> leaves out, where it cannot go on and is begun again.</summary>
    public int LeftOut { get; set; }

    /// <summary>How many keys RocksDB found in what it opened.</summary>
    public long Keys { get; set; }

    /// <summary>How many damaged copies were opened, each in all modes.</summary>
    public int DamagedDatabases { get; set; }

    /// <summary>How many openings were compared.</summary>
    public int Openings { get; private set; }

    /// <summary>How many databases there were whose updates RocksDB does not give, by its reason.</summary>
    public SortedDictionary<string, int> WithoutUpdates { get; } = new(StringComparer.Ordinal);

    /// <summary>The differences that no known mismatch explains.</summary>
    public IReadOnlyList<string> Unexplained => _unexplained;

    public void TakeOpening(RecoveryOutcome theirs)
    {
        Openings++;
        _outcomes[theirs] = _outcomes.GetValueOrDefault(theirs) + 1;
    }

    public void TakeKnown(string name) => _known[name] = _known.GetValueOrDefault(name) + 1;

    public void TakeUnexplained(string what) => _unexplained.Add(what);

    public override string ToString()
    {
        var text = new StringBuilder();
        string outcomes = string.Join(", ", _outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"));
        string batches = $"{Batches} batches ({LeftOut} left out by RocksDB)";
        text.AppendLine(CultureInfo.InvariantCulture, $"{Databases} databases, {batches}, {Keys} keys compared")
            .AppendLine(CultureInfo.InvariantCulture, $"{DamagedDatabases} damaged databases, {Openings} openings compared: {outcomes}");
        foreach ((string reason, int count) in WithoutUpdates)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"without updates, or not to their end: {count}: {reason}");
        }

        foreach ((string name, int count) in _known)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"known: {count}: {name}");
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"{_unexplained.Count} unexplained").ToString();
    }
}
