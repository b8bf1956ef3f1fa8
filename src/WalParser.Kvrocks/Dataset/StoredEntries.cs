using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The entries of a stream as they are stored: how many, and the greatest id. The metadata may contradict them, after RENAME or COPY has
/// brought a version back, or because of a fault of the server.
/// </summary>
internal sealed class StoredEntries
{
    /// <summary>The first bytes of all subkeys that are not entries.</summary>
    private static readonly byte[] EndOfEntries = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    private StreamEntryId _last;
    private bool _isLastKnown = true;

    /// <summary>The number of entries.</summary>
    public ulong Count { get; private set; }

    /// <summary>Notes a new subkey.</summary>
    public void Add(ReadOnlySpan<byte> subkey)
    {
        if (IsEntry(subkey, out StreamEntryId id))
        {
            Count++;
            _last = id > _last ? id : _last;
        }
    }

    /// <summary>Notes that a subkey was removed.</summary>
    public void Remove(ReadOnlySpan<byte> subkey)
    {
        if (IsEntry(subkey, out StreamEntryId id))
        {
            Count--;
            _isLastKnown &= id != _last;
        }
    }

    /// <summary>Returns the greatest id; 0-0 if there are no entries.</summary>
    /// <param name="findOrder">Returns all subkeys in order. It is called only if the greatest id was removed.</param>
    public StreamEntryId Last(Func<SortedSet<byte[]>> findOrder)
    {
        if (Count == 0)
        {
            _last = default;
            _isLastKnown = true;
        }

        if (!_isLastKnown)
        {
            _last = default;
            foreach (byte[] subkey in findOrder().GetViewBetween([], EndOfEntries).Reverse())
            {
                if (IsEntry(subkey, out _last))
                {
                    break;
                }
            }

            _isLastKnown = true;
        }

        return _last;
    }

    private static bool IsEntry(ReadOnlySpan<byte> bytes, out StreamEntryId id)
    {
        bool isEntry = StreamSubkey.TryRead(bytes, out StreamSubkey subkey) && subkey.Kind == StreamSubkeyKind.Entry;
        id = isEntry ? subkey.Id : default;
        return isEntry;
    }
}
