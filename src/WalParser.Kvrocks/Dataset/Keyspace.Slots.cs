using WalParser.Batches;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <content>Finding out whether keys carry their slot.</content>
public sealed partial class Keyspace
{
    /// <summary>After so many operations without a settled verdict the one there is stays: what is needed to start again is not kept for ever.</summary>
    private const int LongestHistory = 4096;

    private readonly SlotEncodingDetector _detector = new();

    /// <summary>The operations so far, to start again with; null once the verdict stays.</summary>
    private List<HistoryEntry>? _history;

    /// <summary>
    /// Whether keys of some batch showed that it had been judged wrongly so far whether keys carry their slot. The keys were then made anew, but what was said
    /// of the batches before (<see cref="ApplyWithChanges"/>) may name wrong keys. Never so if <see cref="KeyspaceOptions.SlotEncoding"/> says it beforehand.
    /// </summary>
    public bool HasSlotEncodingTurned { get; private set; }

    /// <summary>Lets the batch's keys vote before they are applied, and starts again if that turns the verdict.</summary>
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
        _order = null;
        OrphanCount = 0;
        DroppedOrphanCount = 0;
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
