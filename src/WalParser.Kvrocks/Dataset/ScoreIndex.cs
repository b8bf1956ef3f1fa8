using WalParser.Coding;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// How the entries of a sorted set in <c>zset_score</c> differ from those that follow from its members in <c>default</c>. A server writes
/// both together, so that they are the same, until RENAME or COPY brings a version back: the members that are written replace those that
/// lay there, but the entries of their old scores stay. An entry is the stored score, and the member.
/// </summary>
internal sealed class ScoreIndex
{
    private const int ScoreSize = sizeof(ulong);

    private HashSet<byte[]>? _extra;
    private HashSet<byte[]>? _missing;

    /// <summary>The entries that no member has.</summary>
    public IReadOnlyCollection<byte[]> Extra => _extra ?? [];

    /// <summary>The entries of members that are not stored.</summary>
    public IReadOnlyCollection<byte[]> Missing => _missing ?? [];

    /// <summary>Notes that an entry was stored or deleted.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isStored">Whether it is there now.</param>
    /// <param name="values">The members with their scores.</param>
    public void Note(ReadOnlySpan<byte> entry, bool isStored, Dictionary<byte[], byte[]> values)
    {
        if (entry.Length < ScoreSize)
        {
            return;
        }

        bool isExpected = values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(entry[ScoreSize..], out byte[]? score)
            && entry[..ScoreSize].SequenceEqual(score);
        Set(ref isExpected ? ref _missing : ref _extra, entry, isIn: isStored != isExpected);
    }

    /// <summary>Notes that a member has another score; null for none.</summary>
    public void Note(ReadOnlySpan<byte> member, byte[]? before, byte[]? after)
    {
        if (before is not null && after is not null && before.AsSpan().SequenceEqual(after))
        {
            return;
        }

        if (before is { Length: ScoreSize })
        {
            byte[] entry = [.. before, .. member];
            bool isStored = _missing?.Remove(entry) != true;
            Set(ref _extra, entry, isStored);
        }

        if (after is { Length: ScoreSize })
        {
            byte[] entry = [.. after, .. member];
            bool isStored = _extra?.Remove(entry) == true;
            Set(ref _missing, entry, !isStored);
        }
    }

    /// <summary>Returns whether there is a difference; forgets the space for some if there is none.</summary>
    public bool Trim()
    {
        _extra = _extra is { Count: > 0 } ? _extra : null;
        _missing = _missing is { Count: > 0 } ? _missing : null;
        return _extra is not null || _missing is not null;
    }

    private static void Set(ref HashSet<byte[]>? entries, ReadOnlySpan<byte> entry, bool isIn)
    {
        if (isIn)
        {
            entries ??= new HashSet<byte[]>(ByteStringComparer.Instance);
            entries.GetAlternateLookup<ReadOnlySpan<byte>>().Add(entry);
        }
        else
        {
            entries?.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(entry);
        }
    }
}
