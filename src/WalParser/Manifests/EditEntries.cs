using System.Collections;

namespace WalParser.Manifests;

/// <summary>
/// The entries of one kind in an edit. They are decoded when they are enumerated, because an edit may contain millions of entries of a few
/// bytes each, and an object takes a multiple of that. Immutable; any number of threads may enumerate the entries.
/// </summary>
/// <typeparam name="T">The type of the entries.</typeparam>
/// <param name="record">The record of the edit, which was decoded before and does not change.</param>
/// <param name="kind">The kind of the entries.</param>
/// <param name="count">The number of entries.</param>
/// <param name="entryOf">Returns the entry that a decoder has read.</param>
internal sealed class EditEntries<T>(ReadOnlyMemory<byte> record, EditEntryKind kind, int count, EditEntries<T>.EntryOf entryOf)
    : IReadOnlyList<T>
{
    // The entry that was requested last, so that a loop over the indexes does not begin at the first entry each time.
    private Position? _last;

    /// <summary>Returns the entry that a decoder has read.</summary>
    public delegate T EntryOf(in VersionEditDecoder decoder);

    public int Count => count;

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            Position? at = _last;
            if (at is null || at.Index > index)
            {
                at = Next(offset: 0, index: 0);
            }

            while (at.Index < index)
            {
                at = Next(at.End, at.Index + 1);
            }

            _last = at;
            return at.Entry;
        }
    }

    public IEnumerator<T> GetEnumerator()
    {
        Position? at = null;
        for (int i = 0; i < count; i++)
        {
            at = Next(at?.End ?? 0, i);
            yield return at.Entry;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Position Next(int offset, int index)
    {
        var decoder = new VersionEditDecoder(record.Span[offset..], new VersionEdit(0), kind);
        return decoder.TryReadEntry()
            ? new Position(index, offset + decoder.Consumed, entryOf(decoder))
            : throw new InvalidOperationException("The record of the edit has changed.");
    }

    /// <summary>An entry, and the offset after it.</summary>
    private sealed record Position(int Index, int End, T Entry);
}
