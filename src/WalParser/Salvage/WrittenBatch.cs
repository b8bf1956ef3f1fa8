using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>
/// Reads the batches that are to be written, in order: the sequence numbers that they take when RocksDB recovers the output, and the keys
/// that they change first and last. The properties are those of the last batch. Not thread-safe.
/// </summary>
internal sealed class WrittenBatch
{
    private readonly SequenceTracker _tracker = new();
    private readonly List<uint> _families = [];
    private readonly Edge _first = new();
    private readonly Edge _last = new();

    /// <summary>The sequence number in the header.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The number after the last one that the batch takes in recovery; <see cref="Sequence"/> if it takes none.</summary>
    public ulong Next { get; private set; }

    /// <summary>
    /// The lowest number that <see cref="Next"/> can be if the database numbers by sub-batch and no batch has shown that yet.
    /// </summary>
    public ulong LowestNext { get; private set; }

    /// <summary>Whether each operation takes a number, as the section of a transaction has shown; null if none has.</summary>
    public bool? IsByOperation { get; private set; }

    /// <summary>Reads the next batch, which must be undamaged.</summary>
    public void Read(ReadOnlySpan<byte> record, TimestampSizes timestampSizes)
    {
        var batch = new WriteBatch(record, timestampSizes);
        _families.Clear();
        _first.Clear();
        _last.Clear();
        bool hasKey = false;
        uint lastFamily = 0;
        ReadOnlySpan<byte> lastKey = default;
        _tracker.Begin(ref batch);
        foreach (WriteBatchOperation operation in batch)
        {
            _tracker.ProcessOperation(operation);
            if (!operation.HasKey)
            {
                continue;
            }

            if (!hasKey)
            {
                _first.Set(operation.ColumnFamily, operation.Key);
            }

            if (!hasKey || operation.ColumnFamily != lastFamily)
            {
                AddFamily(operation.ColumnFamily);
            }

            hasKey = true;
            lastFamily = operation.ColumnFamily;
            lastKey = operation.Key;
        }

        if (hasKey)
        {
            _last.Set(lastFamily, lastKey);
        }

        BatchSequences sequences = _tracker.End(batch);

        // The commit of a transaction whose section is not in the output takes no numbers for its operations in recovery.
        ulong next = sequences.Next ?? batch.NextSequence ?? batch.Sequence;
        bool isByOperation = batch.Numbering == SequenceNumbering.PerOperation;
        IsByOperation = batch.IsNumberingProven ? isByOperation : null;
        Sequence = batch.Sequence;
        Next = next - (isByOperation ? Math.Min(_tracker.EmptyRanges, next - batch.Sequence) : 0);
        LowestNext = isByOperation ? Math.Min(Next, batch.Sequence + 1) : Next;
    }

    /// <summary>Forgets the last batch for the numbers of the next ones: it is not written, so RocksDB does not see it.</summary>
    public void Undo() => _tracker.Undo();

    /// <summary>Returns the batch as the record after a hole.</summary>
    public SalvageEdge ToFirst(string file, long offset) => ToEdge(file, offset, _first);

    /// <summary>Returns the batch as the record before a hole.</summary>
    public SalvageEdge ToLast(string file, long offset) => ToEdge(file, offset, _last);

    private SalvageEdge ToEdge(string file, long offset, Edge edge) =>
        new(file, offset, Sequence, Next, [.. _families], edge.Family, edge.Key.ToArray(), edge.Length);

    private void AddFamily(uint family)
    {
        if (_families.Count < SalvageEdge.MaxFamilies && !_families.Contains(family))
        {
            _families.Add(family);
        }
    }

    /// <summary>A key, of which the beginning is kept.</summary>
    private sealed class Edge
    {
        private readonly byte[] _key = new byte[SalvageEdge.MaxKeyLength];

        public uint? Family { get; private set; }

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Key => _key.AsSpan(0, Math.Min(Length, _key.Length));

        public void Clear() => (Family, Length) = (null, 0);

        public void Set(uint family, ReadOnlySpan<byte> key)
        {
            (Family, Length) = (family, key.Length);
            key[..Math.Min(key.Length, _key.Length)].CopyTo(_key);
        }
    }
}
