using WalParser.Batches;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <content>Detects whether keys have their slot.</content>
public sealed partial class Keyspace
{
    /// <summary>
    /// The number of operations after which the verdict stays, settled or not, so that no more of them are kept for a new start.
    /// </summary>
    private const int LongestHistory = 4096;

    private readonly SlotEncodingDetector _detector = new();

    /// <summary>The operations so far, for a new start; null when the verdict does not change any more.</summary>
    private List<HistoryEntry>? _history;

    /// <summary>
    /// Whether the keys of some batch have shown that the assumption so far, whether keys have their slot, was wrong. The dataset was then
    /// built again, but the changes that were reported before (<see cref="ApplyWithChanges"/>) may have wrong keys. Always false if
    /// <see cref="KeyspaceOptions.SlotEncoding"/> is set.
    /// </summary>
    public bool HasSlotEncodingTurned { get; private set; }

    /// <summary>Counts the votes of a batch's keys before the batch is applied, and starts again if the verdict changes.</summary>
    private void DetectSlots(WriteBatch batch)
    {
        if (_history is null)
        {
            return;
        }

        _detector.Process(batch, _options.Families);
        SlotEncoding before = SlotEncoding;
        SlotEncoding = _detector.Verdict;
        if (before != SlotEncoding.Unknown && before != SlotEncoding)
        {
            HasSlotEncodingTurned = true;
            StartAgain();
        }

        if (_detector.IsSettled || _history.Count > LongestHistory)
        {
            _history = null;
        }
    }

    private void Remember(in StoredOperation operation) =>
        _history?.Add(new HistoryEntry(
            operation.Type, operation.Family, operation.Key.ToArray(), operation.Value.ToArray(), operation.EndKey.ToArray()));

    private void StartAgain()
    {
        _keys.Clear();
        _dead.Clear();
        _order = null;
        _elementOrder = null;
        _streamOrder = null;
        OrphanCount = 0;
        DroppedOrphanCount = 0;
        DroppedDeadElementCount = 0;
        UndecodableCount = 0;
        foreach (HistoryEntry entry in _history!)
        {
            string? reason = TryApply(new StoredOperation(entry.Type, entry.Family, entry.Key, entry.Value, entry.EndKey), 0, null);
            UndecodableCount += reason is null ? 0 : 1;
        }

        EndBatch(null);
    }

    private sealed record HistoryEntry(OperationType Type, KvrocksColumnFamily Family, byte[] Key, byte[] Value, byte[] EndKey);
}
