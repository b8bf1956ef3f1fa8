namespace WalParser.Salvage;

/// <summary>
/// Records that were found behind damage in a block by searching. They may as well be those of another log that is a value of the damaged record; what
/// tells the ones from the others is that sequence numbers never go back. They are held until the next record comes that was not searched for.
/// </summary>
internal sealed class DoubtfulRecords
{
    private readonly List<Item> _items = [];

    /// <summary>A record that was found.</summary>
    /// <param name="Payload">Its bytes.</param>
    /// <param name="Offset">Its offset.</param>
    /// <param name="Bytes">The size of its fragments.</param>
    /// <param name="Batch">What its batch says.</param>
    /// <param name="Group">
    /// If not 0, it lies inside what a damaged header claims as its payload, rightly by all that can be seen, and is kept only if all such do fit.
    /// </param>
    public sealed record Item(byte[] Payload, long Offset, long Bytes, SalvageBatch Batch, int Group);

    public bool IsEmpty => _items.Count == 0;

    public void Add(Item item) => _items.Add(item);

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
        return sifted;
    }
}
