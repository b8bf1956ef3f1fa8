using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Records that were found behind damage in a block by searching. They may as well be those of another log that is a value of the damaged record; what
/// tells the ones from the others is that sequence numbers never go back: they must lie between those of the records around that were not searched for. So
/// they are held, as they are stored, until the next of those comes, or there are too many.
/// </summary>
internal sealed class DoubtfulRecords
{
    private const int MaxBytes = 4 * BlockSource.BlockSize;

    private readonly List<Item> _items = [];
    private long _bytes;

    /// <summary>A record that was found.</summary>
    /// <param name="Stored">Its bytes, as they are stored.</param>
    /// <param name="IsCompressed">Whether they are compressed.</param>
    /// <param name="Offset">Its offset.</param>
    /// <param name="Bytes">The size of its fragments.</param>
    /// <param name="Batch">What its batch says.</param>
    /// <param name="Group">
    /// If not 0, it lies inside what a damaged header claims as its payload, rightly by all that can be seen, and is kept only if all such do fit.
    /// </param>
    public sealed record Item(byte[] Stored, bool IsCompressed, long Offset, long Bytes, SalvageBatch Batch, int Group);

    public bool IsEmpty => _items.Count == 0;

    /// <summary>Whether those that are held are to be sifted before more of them come.</summary>
    public bool IsFull => _bytes >= MaxBytes;

    public void Add(Item item)
    {
        _items.Add(item);
        _bytes += item.Bytes;
    }

    /// <summary>Tells which to keep, and forgets all.</summary>
    /// <param name="floor">The number behind what lies ahead of them.</param>
    /// <param name="ceiling">The number with which what lies behind them begins.</param>
    public List<(Item Item, bool Fits)> Sift(ulong floor, ulong ceiling)
    {
        HashSet<int> rejected = [];
        bool[] fits = new bool[_items.Count];
        int before;
        do
        {
            before = rejected.Count;
            ulong limit = ceiling;

            // From behind to front: what comes right before the next good block is the least doubtful.
            for (int i = _items.Count - 1; i >= 0; i--)
            {
                Item item = _items[i];
                fits[i] = !rejected.Contains(item.Group) && item.Batch.Next <= limit && item.Batch.Sequence >= floor;
                if (fits[i])
                {
                    limit = item.Batch.Sequence;
                }
                else if (item.Group != 0)
                {
                    rejected.Add(item.Group);
                }
            }
        }
        while (rejected.Count > before);

        List<(Item, bool)> sifted = [.. _items.Select((item, i) => (item, fits[i]))];
        _items.Clear();
        _bytes = 0;
        return sifted;
    }
}
