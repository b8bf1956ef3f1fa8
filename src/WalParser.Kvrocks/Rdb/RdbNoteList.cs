using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Rdb;

/// <summary>Counts the notes, and keeps a few keys of each as examples.</summary>
internal sealed class RdbNoteList
{
    private const int MaxExamples = 3;

    private readonly OrderedDictionary<(RdbNoteKind Kind, string Type), (long Count, List<ReadOnlyMemory<byte>> Examples)> _entries = [];

    public IReadOnlyList<RdbNote> ToNotes() =>
        [.. _entries.Select(entry => new RdbNote(entry.Key.Kind, entry.Key.Type, entry.Value.Count, entry.Value.Examples))];

    public void Add(RdbNoteKind kind, KeyspaceKey key)
    {
        (RdbNoteKind, string) name = (kind, key.Type.Name);
        (long count, List<ReadOnlyMemory<byte>> examples) = _entries.TryGetValue(name, out var entry) ? entry : (0, []);
        if (examples.Count < MaxExamples)
        {
            examples.Add(key.UserKey);
        }

        _entries[name] = (count + 1, examples);
    }
}
