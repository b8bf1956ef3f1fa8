using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Recovery;
using WalParser.Transactions;
using WalParser.WalSets;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a log, cut into up to three at places that the input's checksum selects, as the logs of one database. Reading everything returns
/// the entries of each log. Recovery, in any mode, returns a part of them in order, and all of them if there is no damage. An iterator
/// returns each batch, and transactions accept the recovered batches.
/// </summary>
internal sealed class RecoveryTarget : FuzzTarget
{
    // A few compressed bytes may decompress to a record of this size, full of operations, and it is iterated ten times.
    private const int MaxRecordSize = 1 << 13;
    private const ulong FirstNumber = 7;

    private readonly record struct Item(ulong Log, WalEntryKind Kind, long Offset, byte[]? Payload, FindingKind Damage)
    {
        public bool IsSameAs(Item other) =>
            Log == other.Log && Kind == other.Kind && Offset == other.Offset && Damage == other.Damage
                && Payload.AsSpan().SequenceEqual(other.Payload);
    }

    public override string Name => "recovery";

    public override string Description => "several logs of one database: everything, recovery, updates and transactions";

    public override int MaxInputSize => 40_000;

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    public override (long Base, long PerByte) StepLimit => (1_000_000, 30_000);

    public override (long Base, long PerByte) AllocationLimit => (16_000_000, 5000);

    public override void Run(byte[] input)
    {
        List<byte[]> logs = Cut(input, Checksums.Crc32C.Compute(input));
        var set = new WalSet(
            logs.Select((log, i) => new WalFile(
                $"log {i}", FirstNumber + (ulong)i, options => WalReader.Create(new MemoryStream(log, writable: false), options))),
            new WalSetOptions { MaxRecordSize = MaxRecordSize, Mode = WalRecoveryMode.SkipAnyCorruptedRecords });
        List<Item> everything = ReadOneByOne(logs, WalRecoveryMode.SkipAnyCorruptedRecords);
        using (var reader = new Disposing(set.OpenReader()))
        {
            Compare(everything, ItemsOf(reader.Set, out _, _ => { }), "the set differs from its logs");
        }

        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            Recover(set, mode, ReadOneByOne(logs, mode));
        }

        Iterate(set, [.. everything.Where(item => item.Kind == WalEntryKind.Record && IsBatch(item.Payload!))]);
    }

    private static List<byte[]> Cut(byte[] input, uint choice)
    {
        List<LogPiece> pieces = LogPiece.Parse(input);
        int count = 1 + (int)(choice % 3);
        List<byte[]> logs = [];
        int from = 0;
        int offset = 0;
        for (int i = 1; i <= count; i++)
        {
            int to = i == count ? pieces.Count : from + (int)(choice / 7 % (uint)(pieces.Count - from + 1));
            int length = pieces.GetRange(from, to - from).Sum(piece => piece.Size);
            logs.Add(input.AsSpan(offset, length).ToArray());
            (from, offset) = (to, offset + length);
        }

        return logs;
    }

    private static List<Item> ReadOneByOne(List<byte[]> logs, WalRecoveryMode mode)
    {
        List<Item> items = [];
        for (int i = 0; i < logs.Count; i++)
        {
            ulong number = FirstNumber + (ulong)i;
            LogReading reading = LogReading.Of(WalReader.Create(
                new MemoryStream(logs[i], writable: false),
                new WalReaderOptions { RecoveryMode = mode, MaxRecordSize = MaxRecordSize, LogNumber = number, DecompressCopies = true }));
            items.AddRange(reading.Entries.Select(entry => entry.Kind switch
            {
                WalEntryKind.Record => new Item(number, entry.Kind, entry.Record.Offset, entry.Record.Payload, default),
                WalEntryKind.Finding => new Item(number, entry.Kind, entry.Finding!.Offset, null, entry.Finding.Kind),
                _ => new Item(number, entry.Kind, entry.OldRecord.Offset, null, default),
            }));
        }

        return items;
    }

    /// <param name="reader">The reader.</param>
    /// <param name="isExplained">Whether a finding says that something is not replayed.</param>
    /// <param name="onRecord">Called for each record.</param>
    private static List<Item> ItemsOf(WalSetReader reader, out bool isExplained, Action<WalSetReader> onRecord)
    {
        List<Item> items = [];
        isExplained = false;
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            ulong number = reader.Kind == WalSetEntryKind.DatabaseFinding ? 0 : reader.File.LogNumber!.Value;
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    items.Add(new Item(number, WalEntryKind.Record, reader.Record.Offset, reader.Record.Payload.ToArray(), default));
                    onRecord(reader);

                    // RocksDB takes only the first operations of such a batch.
                    isExplained |= reader.BatchFinding?.Kind is FindingKind.FailedInsert or FindingKind.SequencesBeyondMaximum
                        or FindingKind.MalformedEntity or FindingKind.MalformedBlobIndex or FindingKind.MergeRefused
                        or FindingKind.ReversedRange;
                    break;
                case WalSetEntryKind.LogFinding:
                    items.Add(new Item(number, WalEntryKind.Finding, reader.Finding.Offset, null, reader.Finding.Kind));
                    break;
                case WalSetEntryKind.OldRecord:
                    items.Add(new Item(number, WalEntryKind.OldRecord, reader.OldRecord.Offset, null, default));
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    Check(reader.Finding.Reason.Length > 0, "a problem without a message");
                    isExplained |= reader.Finding.Kind is FindingKind.OpenRefused or FindingKind.OpenLoops or FindingKind.OpenCrashes
                        or FindingKind.CollidingRecordType or FindingKind.WalNotReplayed;
                    break;
            }
        }

        return items;
    }

    private static void Recover(WalSet set, WalRecoveryMode mode, List<Item> all)
    {
        using var reader = new Disposing(RecoveryReader.Open(set, mode));
        var transactions = new TransactionAssembler();
        long bytes = 0;
        List<Item> recovered = ItemsOf(reader.Set, out bool isExplained, at =>
        {
            WriteBatch batch = at.Batch;
            bytes += at.Record.Payload.Length;
            foreach (CommittedOperation committed in transactions.Process(ref batch, at.Record.Offset))
            {
                Check(
                    committed.Operation.HasKey || committed.Operation.Type == OperationType.LogData,
                    "a mark is committed as an operation");
            }
        });
        bool isRefused = ((RecoveryReader)reader.Set).IsRefused;
        bool isStopped = ((RecoveryReader)reader.Set).IsStopped;
        int at = 0;
        foreach (Item item in recovered.Where(item => item.Kind == WalEntryKind.Record))
        {
            while (at < all.Count && !all[at].IsSameAs(item))
            {
                at++;
            }

            Check(at++ < all.Count, "an entry is recovered that is not in the logs", $"{mode}: {item}");
        }

        List<Item> records = [.. recovered.Where(item => item.Kind == WalEntryKind.Record)];
        int unsound = records.FindIndex(item => !IsSound(item.Payload!));
        Check(unsound < 0 || (isRefused && unsound == records.Count - 1), "recovery continues past an invalid batch", mode.ToString());

        bool isDamaged = all.Exists(item => item.Kind == WalEntryKind.Finding && !IsBeyondRocksDb(item.Damage));
        bool mayLose = all.Exists(item =>
            item.Kind == WalEntryKind.Record
                ? !IsBatch(item.Payload!) || !IsSound(item.Payload!)
                : mode != WalRecoveryMode.SkipAnyCorruptedRecords)
            || all.Exists(item => item.Damage == FindingKind.UnexpectedRecyclableRecord)
            || (mode != WalRecoveryMode.SkipAnyCorruptedRecords && HasProblem(set));
        Check(
            mayLose || isExplained || (!isRefused && !isStopped && recovered.Count == all.Count),
            "recovery loses entries without a reason",
            $"{mode}: {recovered.Count} of {all.Count}");
        Check(!isRefused || isExplained, "recovery is refused without a reason", mode.ToString());
        Check(
            mode != WalRecoveryMode.AbsoluteConsistency || !isDamaged || isRefused || isExplained,
            "damage is not refused in absolute consistency");
        Check(transactions.PreparedCount <= bytes, "more prepared transactions than bytes");
    }

    private static bool HasProblem(WalSet set)
    {
        using var reader = new Disposing(set.OpenReader());
        while (reader.Set.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (reader.Set.Kind == WalSetEntryKind.DatabaseFinding)
            {
                return true;
            }
        }

        return false;
    }

    // Damage that this reader reports and RocksDB skips: RecoveryRules does not act on it.
    private static bool IsBeyondRocksDb(FindingKind kind) => new Finding { Kind = kind }.IsBeyondRocksDb;

    private static void Iterate(WalSet set, List<Item> batches)
    {
        WalUpdates updates = set.OpenIterator();
        List<Item> items = [];
        while (updates.MoveNextAsync().AsTask().GetAwaiter().GetResult())
        {
            WalUpdate update = updates.Current;
            items.Add(new Item(
                update.File.LogNumber!.Value, WalEntryKind.Record, update.Record.Offset, update.Record.Payload.ToArray(), default));
        }

        Compare(batches, items, "an iterator returns other batches");
        if (batches.Count > 0)
        {
            // The sought sequence number is in the first returned batch or before it, if a batch is returned.
            ulong sought = new WriteBatch(batches[batches.Count / 2].Payload!).Sequence;
            updates.SeekAsync(sought).AsTask().GetAwaiter().GetResult();
            if (updates.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            {
                Check(updates.NextSequence > sought, "a seek ends too early", $"{sought}, {updates.NextSequence}");
            }
        }

        updates.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static bool IsBatch(byte[] record) =>
        record.Length >= WriteBatch.HeaderSize && new WriteBatch(record).Sequence <= WriteBatch.MaxSequence;

    private static bool IsSound(byte[] record)
    {
        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation _ in batch)
        {
            // The iteration detects damage.
        }

        return batch.Finding is null;
    }

    private static void Compare(List<Item> expected, List<Item> found, string rule)
    {
        for (int i = 0; i < Math.Max(expected.Count, found.Count); i++)
        {
            Check(
                i < expected.Count && i < found.Count && expected[i].IsSameAs(found[i]),
                rule,
                $"entry {i} of {expected.Count} and {found.Count}");
        }
    }

    private readonly struct Disposing(WalSetReader set) : IDisposable
    {
        public WalSetReader Set { get; } = set;

        public void Dispose() => Set.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
