using System.Globalization;
using System.Text;
using WalParser.Recovery;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>The counts of comparisons and differences in a run.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<RecoveryOutcome, int> _outcomes = [];
    private readonly List<string> _unexplained = [];

    /// <summary>The number of databases that RocksDB created.</summary>
    public int Databases { get; set; }

    /// <summary>The number of batches that equal those of <c>rocksdb_get_updates_since</c>.</summary>
    public int Batches { get; set; }

    /// <summary>
    /// The number of batches that <c>rocksdb_get_updates_since</c> leaves out, where it cannot continue and is restarted.
    /// </summary>
    public int LeftOut { get; set; }

    /// <summary>The number of keys that RocksDB found in the databases that it opened.</summary>
    public long Keys { get; set; }

    /// <summary>The number of damaged copies that were opened, each in all modes.</summary>
    public int DamagedDatabases { get; set; }

    /// <summary>The number of openings that were compared.</summary>
    public int Openings { get; private set; }

    /// <summary>The number of databases whose updates RocksDB does not return, by its reason.</summary>
    public SortedDictionary<string, int> WithoutUpdates { get; } = new(StringComparer.Ordinal);

    /// <summary>The differences that no known mismatch explains.</summary>
    public IReadOnlyList<string> Unexplained => _unexplained;

    public void CountOpening(RecoveryOutcome theirs)
    {
        Openings++;
        _outcomes[theirs] = _outcomes.GetValueOrDefault(theirs) + 1;
    }

    public void CountKnown(string name) => _known[name] = _known.GetValueOrDefault(name) + 1;

    public void AddUnexplained(string what) => _unexplained.Add(what);

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
