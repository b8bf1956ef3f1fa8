using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Records that were found by searching after damage in a block. They may belong to another log that is a value in the damaged record. Only
/// their sequence numbers distinguish them, because sequence numbers never decrease: those of a record of this log lie between those of the
/// surrounding records that were found without searching. The records are therefore kept, as they are stored, until the next such record is
/// read, or until there are too many.
/// </summary>
internal sealed class DoubtfulRecords
{
    private const int MaxBytes = 4 * BlockSource.BlockSize;

    private readonly List<Item> _items = [];
    private long _bytes;

    /// <summary>A record that was found.</summary>
    /// <param name="Stored">The bytes of the record, as they are stored.</param>
    /// <param name="IsCompressed">Whether the bytes are compressed.</param>
    /// <param name="Offset">The offset of the record in the log.</param>
    /// <param name="Bytes">The size of the record's fragments, in bytes.</param>
    /// <param name="Batch">The properties of the record's batch.</param>
    /// <param name="Group">
    /// The number of the group; 0 if there is none. The records of a group lie inside the payload that a damaged header claims with a
    /// plausible length. They are kept only if all of them fit.
    /// </param>
    public sealed record Item(byte[] Stored, bool IsCompressed, long Offset, long Bytes, SalvageBatch Batch, int Group);

    /// <summary>Whether no records are kept.</summary>
    public bool IsEmpty => _items.Count == 0;

    /// <summary>Whether the records must be sifted before more records are added.</summary>
    public bool IsFull => _bytes >= MaxBytes;

    /// <summary>Adds a record.</summary>
    public void Add(Item item)
    {
        _items.Add(item);
        _bytes += item.Bytes;
    }

    /// <summary>Returns the records, each with whether its sequence numbers fit, and removes them all.</summary>
    /// <param name="floor">The sequence number that follows the record before them.</param>
    /// <param name="ceiling">The sequence number at which the record after them begins.</param>
    public List<(Item Item, bool Fits)> Sift(ulong floor, ulong ceiling)
    {
        HashSet<int> rejected = [];
        bool[] fits = new bool[_items.Count];
        int before;
        do
        {
            before = rejected.Count;
            ulong limit = ceiling;

            // From the last to the first: the record right before the next good record is the least doubtful.
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
