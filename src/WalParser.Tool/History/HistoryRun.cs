using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Inputs;
using WalParser.WalSets;

namespace WalParser.Tool.History;

/// <summary>Reads the WALs and writes every change to one key.</summary>
internal sealed class HistoryRun(IHistoryWriter writer, ReadOnlyMemory<byte> ns, ReadOnlyMemory<byte> key, KeyspaceOptions options)
{
    private readonly Keyspace _keyspace = new(options);
    private readonly VersionClock _clock = new();

    /// <summary>The changes that are written when a later batch shows their time, or at the end of the WALs.</summary>
    private readonly List<HistoryChange> _waiting = [];

    private bool _wasSeen;

    private bool HasSlot => _keyspace.SlotEncoding == SlotEncoding.On;

    /// <inheritdoc cref="Keyspace.HasSlotEncodingTurned"/>
    public bool HasSlotEncodingTurned => _keyspace.HasSlotEncodingTurned;

    /// <summary>Reads all batches.</summary>
    public async Task ReadAsync(DatabaseBatches batches)
    {
        while (await batches.MoveNextAsync())
        {
            ProcessBatch(batches);
        }

        Show(notAfter: null);
        writer.End();
    }

    private void ProcessBatch(DatabaseBatches batches)
    {
        foreach (SequenceFinding found in batches.SequenceFindings)
        {
            _waiting.Add(new HistoryChange(batches.Input.ReportedName, batches.Input.Label, found.Offset, found.Found)
            {
                Finding = found,
            });
        }

        WriteBatch batch = batches.Batch;
        ulong newestBefore = _clock.Newest?.Value ?? 0;
        BatchChanges changes = _keyspace.ApplyWithChanges(ref batch);
        if (_clock.ProcessBatch(batch.Sequence, changes) is { } made)
        {
            Show(made);
        }

        foreach (KeyChange change in changes.Keys)
        {
            if (change.UserKey.Span.SequenceEqual(key.Span) && change.Namespace.Span.SequenceEqual(ns.Span))
            {
                bool isKnownAbsent = _wasSeen || _clock.BeginsWithDatabase || (newestBefore > 0 && IsNewerThan(change, newestBefore));
                _wasSeen = true;
                _waiting.Add(new HistoryChange(batches.Input.ReportedName, batches.Input.Label, batches.Record.Offset, batch.Sequence)
                {
                    Change = change,
                    Events = HistoryEvents.Of(change, isKnownAbsent),
                    LogData = changes.LogData.LastOrDefault(data => data.Operation <= change.FirstOperation)?.Bytes,
                    Ranges = [.. changes.RangeDeletions.Where(range => IsOf(range, change))],
                    HasSlot = HasSlot,
                    NotBefore = _clock.Newest,
                });
            }
        }
    }

    /// <summary>Returns whether a range deletion deleted the key, or may have deleted elements of it.</summary>
    private bool IsOf(RangeDeletion range, KeyChange change)
    {
        if (range.Family != KvrocksColumnFamily.Metadata)
        {
            DeletedRange deleted = DeletedRange.Read(range.Family, range.Begin.Span, range.End.Span, HasSlot);
            return deleted.IsOfElements && deleted.UserKey.SequenceEqual(key.Span) && deleted.Namespace.SequenceEqual(ns.Span);
        }

        byte[] storedKey = MetadataKey.Compose(ns.Span, key.Span, HasSlot);
        return change.IsByRange
            && range.Begin.Span.SequenceCompareTo(storedKey) <= 0
            && range.End.Span.SequenceCompareTo(storedKey) > 0;
    }

    private static bool IsNewerThan(KeyChange change, ulong version) =>
        change.MetadataAfter is { } after
        && KvrocksMetadata.TryRead(after.Span, out KvrocksMetadata metadata, out _)
        && metadata.HasVersion
        && metadata.Version.Value > version;

    private void Show(KvrocksVersion? notAfter)
    {
        foreach (HistoryChange change in _waiting)
        {
            writer.Write(change with { NotAfter = notAfter });
        }

        _waiting.Clear();
    }
}
