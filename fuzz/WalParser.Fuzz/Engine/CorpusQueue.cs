using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// The inputs that are worth mutating, and the choice of the next one. It prefers inputs that are the cheapest for some edge, and among
/// these the inputs that were chosen least often. The choices depend only on the seed.
/// </summary>
internal sealed class CorpusQueue
{
    private readonly List<CorpusEntry> _entries = [];
    private readonly Dictionary<ushort, CorpusEntry> _cheapest = [];
    private List<CorpusEntry> _favoured = [];
    private bool _isStale;

    public int Count => _entries.Count;

    public IReadOnlyList<CorpusEntry> Entries => _entries;

    /// <summary>Adds the input that was run last.</summary>
    public CorpusEntry Add(byte[] data)
    {
        var entry = new CorpusEntry(data, CoverageMap.EdgesOf(EdgeMap.Counters), EdgeMap.Steps + (16L * data.Length));
        _entries.Add(entry);
        foreach (ushort edge in entry.Edges)
        {
            if (!_cheapest.TryGetValue(edge, out CorpusEntry? other) || entry.Cost < other.Cost)
            {
                _cheapest[edge] = entry;
                _isStale = true;
            }
        }

        return entry;
    }

    /// <summary>Returns the next entry to mutate.</summary>
    public CorpusEntry Choose(Random random)
    {
        if (_isStale)
        {
            HashSet<CorpusEntry> cheapest = new(_cheapest.Values, ReferenceEqualityComparer.Instance);
            _favoured = [.. _entries.Where(cheapest.Contains)];
            _isStale = false;
        }

        // No entry is favoured if none covers an edge: an empty input of an empty corpus need not cover any.
        List<CorpusEntry> pool = random.Next(5) == 0 || _favoured.Count == 0 ? _entries : _favoured;
        CorpusEntry chosen = pool[random.Next(pool.Count)];
        for (int i = 0; i < 3; i++)
        {
            CorpusEntry other = pool[random.Next(pool.Count)];
            chosen = other.Chosen < chosen.Chosen ? other : chosen;
        }

        chosen.Chosen++;
        return chosen;
    }

    /// <summary>Returns a random entry, to take parts from.</summary>
    public CorpusEntry Any(Random random) => _entries[random.Next(_entries.Count)];
}
