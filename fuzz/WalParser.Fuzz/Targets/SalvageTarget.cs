using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.IO;
using WalParser.Salvage;
using WalParser.WalSets;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Salvages a log. The salvaged log is clean: it reads without damage in the strictest mode, its batches are valid, and salvaging it again
/// changes nothing. It contains all valid batches that an ordinary reading delivers, in order, except those that are reported as left out.
/// The losses lie in the file, and damage that an ordinary reading reports is reported.
/// </summary>
internal sealed class SalvageTarget : FuzzTarget
{
    private const int MaxRecordSize = 1 << 18;
    private const ulong DefaultNumber = 7;

    private TempFile? _folder;

    public override string Name => "salvage";

    public override string Description => "a salvaged log: it is clean and contains all that an ordinary reading delivers";

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    // The search for fragments needs a table, once, and then steps for each byte of a damaged block.
    public override (long Base, long PerByte) StepLimit => (2_000_000, 3000);

    public override (long Base, long PerByte) AllocationLimit => (16_000_000, 3000);

    public override void Run(byte[] input)
    {
        ulong number = NumberOf(input);
        LogReading ordinary = Read(input, number, WalRecoveryMode.SkipAnyCorruptedRecords);
        SalvageReport whole = Salvage(input, number, new SalvageOptions { IncludesStale = true, MaxRecordSize = MaxRecordSize });
        SalvagedLog report = whole.Logs[0];
        byte[] log = WrittenOf(report);
        List<byte[]> records = RecordsOf(log, number);
        Check(report.Records == records.Count, "records are miscounted", $"{report.Records}, {records.Count} written");
        Check(report.RecoveredRecords >= 0 && report.RecoveredRecords <= report.Records, "more records are recovered than written");
        CheckLosses(input, report, ordinary);
        if (IsOfOneForm(input))
        {
            // Among old records, an ordinary reading follows damaged headers, which salvage does not trust: the records after them are
            // doubtful. Records that RocksDB would refuse are left out.
            HashSet<long> doubted =
            [
                .. report.Losses
                    .Where(loss => loss.Kind == FindingKind.UnfitSequence)
                    .Concat(report.LeftOut)
                    .Select(loss => loss.Offset),
            ];

            // For the same reason it does not apply a compression type that follows such a header.
            int damagedHeader = ordinary.Entries.FindIndex(entry => entry.Kind == WalEntryKind.OldRecord && !entry.OldRecord.IsIntact);
            long compressed = damagedHeader < 0 ? long.MaxValue : ordinary.Entries[damagedHeader].OldRecord.Offset;
            IEnumerable<byte[]> demanded = ordinary.Entries
                .Where(entry => entry.Kind == WalEntryKind.Record && !doubted.Contains(entry.Record.Offset)
                    && BeginsRecord(input, entry.Record.Offset) && IsSound(entry.Record.Payload)
                    && StandsAlone(input, entry.Record, mayBeCompressed: entry.Record.Offset < compressed))
                .Select(entry => entry.Record.Payload);
            CheckOrder([.. demanded], records, "a record is not salvaged");
        }

        foreach (StaleLog stale in report.Stale)
        {
            Check(
                RecordsOf(File.ReadAllBytes(stale.OutputPath), stale.LogNumber).Count == stale.Records,
                "records of an earlier log are miscounted");
        }

        if (!HidesHole(whole))
        {
            CheckAgain(log, number);
        }

        Recover(input, number);
    }

    /// <summary>Checks that salvaging a salvaged log changes nothing.</summary>
    private void CheckAgain(byte[] log, ulong number)
    {
        SalvagedLog again = Salvage(log, number, new SalvageOptions { MaxRecordSize = MaxRecordSize }).Logs[0];
        Check(
            again is { LeftOutRecords: 0, MendedCount: 0 },
            "of a salvaged log, records are left out",
            again.LeftOutRecords == 0 ? "" : again.LeftOut[0].ToString());
        Check(again.LossCount == 0, "a salvaged log has losses", again.LossCount == 0 ? "" : again.Losses[0].ToString());
        Check(WrittenOf(again).AsSpan().SequenceEqual(log), "salvaging a salvaged log changes it");
    }

    /// <summary>
    /// Returns true if the records next to a hole seem to follow each other in the salvaged log. There, but not in the log that was
    /// salvaged, the second one shows that each operation takes a sequence number, so that records can be set back by that.
    /// </summary>
    private static bool HidesHole(SalvageReport report) =>
        report.HoleCount > report.Holes.Count
        || report.Holes.Any(hole => hole is { Before: { } before, After: { } after }
            && after.FirstSequence == before.NextSequence && before.NextSequence > before.FirstSequence + 1);

    /// <summary>Checks that the recovery view contains nothing that an ordinary reading in the same mode does not deliver.</summary>
    private void Recover(byte[] input, ulong number)
    {
        var mode = (WalRecoveryMode)(Checksums.Crc32C.Compute(input) % 4);
        SalvagedLog report = Salvage(input, number, new SalvageOptions { View = SalvageView.Recovery, Mode = mode }).Logs[0];
        List<byte[]> recovered = RecordsOf(WrittenOf(report), number);
        Check(report.Records == recovered.Count, "recovered records are miscounted", $"{report.Records}, {recovered.Count} written");
        CheckOrder(
            recovered,
            [.. Read(input, number, mode).Entries.Where(entry => entry.Kind == WalEntryKind.Record).Select(entry => entry.Record.Payload)],
            "a record is recovered that is not in the log");
    }

    private SalvageReport Salvage(byte[] input, ulong number, SalvageOptions options)
    {
        _folder ??= new TempFile("none");
        string output = Path.Combine(_folder.Folder, "salvaged");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        var file = new WalFile(WalFileName.Of(number), number, read => WalReader.Create(new MemoryStream(input, writable: false), read));
        var set = new WalSet([file], new WalSetOptions { MaxRecordSize = MaxRecordSize });
        SalvageReport report = LogSalvage.RunAsync(set, output, options).GetAwaiter().GetResult();
        Check(
            report.Logs.Count == 1 && report.Logs[0].Failure is null,
            "salvage fails",
            report.Logs.Count == 1 ? report.Logs[0].Failure ?? "" : "not one log");
        return report;
    }

    /// <summary>Returns the log that was written. None is written for a log that contains only records of another log.</summary>
    private static byte[] WrittenOf(SalvagedLog report)
    {
        Check(report.OutputPath is null == report.NotWritten is not null, "a log is not written");
        Check(report.NotWritten is null || report.Records == 0, "a log with records of its own is not written");
        return report.OutputPath is { } path ? File.ReadAllBytes(path) : [];
    }

    private static LogReading Read(byte[] log, ulong number, WalRecoveryMode mode) => LogReading.Of(WalReader.Create(
        new MemoryStream(log, writable: false),
        new WalReaderOptions { RecoveryMode = mode, MaxRecordSize = MaxRecordSize, LogNumber = number, DecompressCopies = true }));

    /// <summary>Returns the records of a written log. It contains nothing else, and RocksDB would refuse none of its batches.</summary>
    private static List<byte[]> RecordsOf(byte[] log, ulong number)
    {
        LogReading reading = Read(log, number, WalRecoveryMode.AbsoluteConsistency);
        Check(
            reading.Entries.TrueForAll(entry => entry.Kind == WalEntryKind.Record)
                && reading.End == new WalEnd(WalEndReason.EndOfFile, log.Length, 0, LooksStale: false),
            "a salvaged log is damaged",
            reading.End.ToString());
        List<byte[]> records = [.. reading.Entries.Select(entry => entry.Record.Payload)];
        Check(records.TrueForAll(IsSound), "an invalid batch is salvaged");
        return records;
    }

    private static void CheckLosses(byte[] input, SalvagedLog report, LogReading ordinary)
    {
        foreach (Finding loss in report.Losses)
        {
            Check(
                loss.Offset >= 0 && loss.Bytes >= 0 && loss.Offset + loss.Bytes <= input.Length && loss.Reason.Length > 0,
                "a loss lies outside the file",
                loss.ToString());
        }

        Check(
            report.LostBytes + report.StaleBytes <= input.Length,
            "more bytes are lost than the file has",
            $"{report.LostBytes} and {report.StaleBytes} of {input.Length}");
        Check(report.Losses.Count == Math.Min(report.LossCount, SalvagedLog.MaxListedLosses), "losses are miscounted");
        int damage = ordinary.Entries.FindIndex(entry => entry.Kind == WalEntryKind.Finding && MustBeLost(entry.Finding!.Kind));
        Check(
            damage < 0 || report.LossCount + report.MendedCount + report.RecoveredRecords + report.StaleBytes > 0,
            "damage is not reported",
            damage < 0 ? "" : LogReading.Show(ordinary.Entries[damage]));
    }

    /// <summary>
    /// Returns true if damage of a kind implies a loss. Damage in control records does not, because their contents are not records. Nor
    /// does a fragment that is to be ignored, nor one that does not decompress: it may be of a type that is to be ignored, or continue a
    /// frame that another fragment spoiled, while salvage decompresses each record by itself. A record that a control record interrupts is
    /// joined by salvage.
    /// </summary>
    private static bool MustBeLost(FindingKind kind) => kind
        is not (>= FindingKind.RepeatedCompressionType and <= FindingKind.TooManyTimestampSizes)
        and not FindingKind.DecompressionFailed
        and not FindingKind.IgnoredRecordType
        and not FindingKind.CollidingRecordType
        and not FindingKind.InterruptedRecord;

    /// <summary>
    /// Returns true if all fragments, wherever they are, have a log number, or if none has. No writer mixes the two. If they are mixed, the
    /// first fragment that is read determines whether the log is a recycled one, and after damage salvage reads more fragments.
    /// </summary>
    private static bool IsOfOneForm(byte[] log)
    {
        var scanner = new BlockScanner();
        bool isRecyclable = false;
        bool isPlain = false;
        for (int at = 0; at < log.Length; at += FragmentHeader.BlockSize)
        {
            scanner.Supply(log.AsMemory(at, Math.Min(FragmentHeader.BlockSize, log.Length - at)));
            isRecyclable |= scanner.Find(0, isRecyclable: true) is not null;
            isPlain |= scanner.Find(0, isRecyclable: false) is not null;
        }

        return !isRecyclable || !isPlain;
    }

    /// <summary>
    /// Returns false if a control record stands within a record: RocksDB continues after it, with a record that has lost its beginning.
    /// </summary>
    private static bool BeginsRecord(byte[] log, long offset)
    {
        int left = (int)Math.Min(FragmentHeader.BlockSize - (offset % FragmentHeader.BlockSize), log.Length - offset);
        return FragmentHeader.TryRead(log.AsSpan((int)offset, left), out FragmentHeader header) && header.IsOfRecord;
    }

    /// <summary>
    /// Returns true if the fragments of a record decompress to it by themselves. RocksDB, and so an ordinary reading, continues the frame
    /// of a broken record in the next record; salvage decompresses each record by itself.
    /// </summary>
    private static bool StandsAlone(byte[] log, LogReading.Record record, bool mayBeCompressed)
    {
        using var fragments = new MemoryStream();
        int size;
        for (long position = record.Offset; position < record.EndOffset; position += size)
        {
            size = (int)Math.Min(FragmentHeader.BlockSize - (position % FragmentHeader.BlockSize), log.Length - position);
            if (FragmentHeader.TryRead(log.AsSpan((int)position, size), out FragmentHeader header))
            {
                size = header.Size;
                fragments.Write(log.AsSpan((int)position + header.HeaderSize, header.Length));
            }
        }

        var content = new RecordBuffer(record.Payload.Length + 100);
        ReadOnlySpan<byte> stored = fragments.ToArray();
        using var decompressor = new FragmentDecompressor();
        return stored.SequenceEqual(record.Payload)
            || (mayBeCompressed
                && decompressor.Decompress(stored, content) == FragmentDecompressor.Outcome.Done
                && content.Written.SequenceEqual(record.Payload));
    }

    private static bool IsSound(byte[] record)
    {
        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation _ in batch)
        {
            // The iteration detects damage.
        }

        return batch.Finding is null && batch.Sequence <= WriteBatch.MaxSequence;
    }

    private static void CheckOrder(List<byte[]> some, List<byte[]> all, string rule)
    {
        int at = 0;
        foreach (byte[] one in some)
        {
            while (at < all.Count && !all[at].AsSpan().SequenceEqual(one))
            {
                at++;
            }

            Check(at++ < all.Count, rule, $"sequence {new WriteBatch(one).Sequence}, {one.Length} bytes");
        }
    }

    /// <summary>Returns the log number of the first fragment, or a default if it has none.</summary>
    private static ulong NumberOf(byte[] log) =>
        FragmentHeader.TryRead(log.AsSpan(0, Math.Min(log.Length, FragmentHeader.BlockSize)), out FragmentHeader header)
            && header.IsRecyclable
            ? header.LogNumber
            : DefaultNumber;
}
