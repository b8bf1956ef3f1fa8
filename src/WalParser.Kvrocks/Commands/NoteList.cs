using WalParser.Coding;

namespace WalParser.Kvrocks.Commands;

/// <summary>Counts the notes, and keeps a few examples of each. A key is counted once for each kind and subject.</summary>
internal sealed class NoteList
{
    private const int MaxExamples = 3;

    /// <summary>The number of keys of a kind above which repeated keys are counted again, which bounds the memory.</summary>
    private const int MaxKeys = 1_000_000;

    private readonly OrderedDictionary<(ConversionNoteKind Kind, string Subject), Entry> _entries = [];

    public IReadOnlyList<ConversionNote> ToNotes() =>
        [.. _entries.Select(entry => new ConversionNote(entry.Key.Kind, entry.Key.Subject, entry.Value.Count, [.. entry.Value.Examples]))];

    public void Add(ConversionNoteKind kind, string subject = "", long count = 1) => Of(kind, subject).Count += count;

    /// <summary>Counts a key, if it was not counted before.</summary>
    public void AddKey(ConversionNoteKind kind, string subject, ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key)
    {
        Entry entry = Of(kind, subject);
        byte[] whole = KeyName.Of(ns, key);
        if (entry.Keys.Count < MaxKeys ? !entry.Keys.Add(whole) : entry.Keys.Contains(whole))
        {
            return;
        }

        entry.Count++;
        if (entry.Examples.Count < MaxExamples)
        {
            entry.Examples.Add(key);
        }
    }

    private Entry Of(ConversionNoteKind kind, string subject)
    {
        if (!_entries.TryGetValue((kind, subject), out Entry? entry))
        {
            entry = new Entry();
            _entries.Add((kind, subject), entry);
        }

        return entry;
    }

    private sealed class Entry
    {
        public long Count { get; set; }

        public List<ReadOnlyMemory<byte>> Examples { get; } = [];

        public HashSet<byte[]> Keys { get; } = new(ByteStringComparer.Instance);
    }
}
