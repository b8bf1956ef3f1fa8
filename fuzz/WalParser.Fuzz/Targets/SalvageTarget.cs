using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.IO;
using WalParser.Salvage;
using WalParser.WalSets;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Salvages a log. What is written is clean: it reads without damage in the strictest mode, its batches are sound, and salvaged again it stays as it is. It has all
/// sound batches that an ordinary reading delivers, in order. What is lost lies in the file, and damage that an ordinary reading reports is not passed over in silence.
/// </summary>
internal sealed class SalvageTarget : FuzzTarget
{
    private const int MaxRecordSize = 1 << 18;
    private const ulong DefaultNumber = 7;

    private TempFile? _folder;

    public override string Name => "salvage";

    public override string Description => "a log, salvaged: what is written is clean, and has all that an ordinary reading delivers";

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    // To find fragments by searching costs a table, once, and then each byte of a damaged block.
    public override (long Base, long PerByte) StepLimit => (2_000_000, 3000);

    public override (long Base, long PerByte) AllocationLimit => (16_000_000, 3000);

    public override void Run(byte[] input)
    {
        ulong number = NumberOf(input);
        LogReading ordinary = Read(input, number, WalRecoveryMode.SkipAnyCorruptedRecords);
        SalvagedLog report = Salvage(input, number, new SalvageOptions { IncludesStale = true, MaxRecordSize = MaxRecordSize });
        byte[] log = File.ReadAllBytes(report.OutputPath!);
        List<byte[]> records = RecordsOf(log, number);
        Check(report.Records == records.Count, "records are counted otherwise", $"{report.Records}, {records.Count} written");
        Check(report.RecoveredRecords >= 0 && report.RecoveredRecords <= report.Records, "more recovered than written");
        CheckLosses(input, report, ordinary);
        if (IsOfOneForm(input))
        {
            // Among old records an ordinary reading is led on by headers that are damaged, which salvage does not trust: what lies behind is doubtful.
            HashSet<long> doubted = [.. report.Losses.Where(loss => loss.Reason.StartsWith("found behind damage", StringComparison.Ordinal)).Select(loss => loss.Offset)];
            CheckOrder([.. ordinary.Entries.Where(entry => entry.Kind == WalEntryKind.Record && !doubted.Contains(entry.Record.Offset)
                    && BeginsRecord(input, entry.Record.Offset) && IsSound(entry.Record.Payload) && StandsAlone(input, entry.Record))
                .Select(entry => entry.Record.Payload)], records, "a record is not salvaged");
        }

        foreach (StaleLog stale in report.Stale)
        {
            Check(RecordsOf(File.ReadAllBytes(stale.OutputPath), stale.LogNumber).Count == stale.Records, "records of an earlier life are counted otherwise");
        }

        SalvagedLog again = Salvage(log, number, new SalvageOptions { MaxRecordSize = MaxRecordSize });
        Check(again.LossCount == 0, "something is lost of what was salvaged", again.LossCount == 0 ? "" : again.Losses[0].ToString());
        Check(File.ReadAllBytes(again.OutputPath!).AsSpan().SequenceEqual(log), "salvaged again, it is another");
        Recover(input, number);
    }

    /// <summary>The recovery view has nothing that an ordinary reading in that mode does not deliver.</summary>
    private void Recover(byte[] input, ulong number)
    {
        var mode = (WalRecoveryMode)(Checksums.Crc32C.Compute(input) % 4);
        SalvagedLog report = Salvage(input, number, new SalvageOptions { View = SalvageView.Recovery, Mode = mode });
        List<byte[]> recovered = RecordsOf(File.ReadAllBytes(report.OutputPath!), number);
        Check(report.Records == recovered.Count, "recovered records are counted otherwise", $"{report.Records}, {recovered.Count} written");
        CheckOrder(recovered, [.. Read(input, number, mode).Entries.Where(entry => entry.Kind == WalEntryKind.Record).Select(entry => entry.Record.Payload)], "a record is recovered that is not there");
    }

    private SalvagedLog Salvage(byte[] input, ulong number, SalvageOptions options)
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
        Check(report.Logs.Count == 1 && report.Logs[0].Failure is null, "salvage fails", report.Logs.Count == 1 ? report.Logs[0].Failure ?? "" : "not one log");
        return report.Logs[0];
    }

    private static LogReading Read(byte[] log, ulong number, WalRecoveryMode mode) => LogReading.Of(WalReader.Create(
        new MemoryStream(log, writable: false),
        new WalReaderOptions { RecoveryMode = mode, MaxRecordSize = MaxRecordSize, LogNumber = number, DecompressCopies = true }));

    /// <summary>The records of a log that was written: there is nothing else in it, and RocksDB would refuse none of its batches.</summary>
    private static List<byte[]> RecordsOf(byte[] log, ulong number)
    {
        LogReading reading = Read(log, number, WalRecoveryMode.AbsoluteConsistency);
        Check(
            reading.Entries.TrueForAll(entry => entry.Kind == WalEntryKind.Record) && reading.End == new WalEnd(WalEndReason.EndOfFile, log.Length, 0, LooksStale: false),
            "what was salvaged is damaged",
            reading.End.ToString());
        List<byte[]> records = [.. reading.Entries.Select(entry => entry.Record.Payload)];
        Check(records.TrueForAll(IsSound), "a batch was salvaged that is not sound");
        return records;
    }

    private static void CheckLosses(byte[] input, SalvagedLog report, LogReading ordinary)
    {
        foreach (SalvageLoss loss in report.Losses)
        {
            Check(loss.Offset >= 0 && loss.Bytes >= 0 && loss.Offset + loss.Bytes <= input.Length && loss.Reason.Length > 0, "a loss outside the file", loss.ToString());
        }

        Check(report.LostBytes + report.StaleBytes <= input.Length, "more is lost than there is", $"{report.LostBytes} and {report.StaleBytes} of {input.Length}");
        Check(report.Losses.Count == Math.Min(report.LossCount, SalvagedLog.MaxListedLosses), "losses are counted otherwise");
        int damage = ordinary.Entries.FindIndex(entry => entry.Kind == WalEntryKind.Corruption && MustBeLost(entry.Corruption.Kind));
        Check(damage < 0 || report.LossCount + report.RecoveredRecords + report.StaleBytes > 0, "silence about damage", damage < 0 ? "" : LogReading.Show(ordinary.Entries[damage]));
    }

    /// <summary>
    /// Not so in control records, whose contents are no records; nor where a fragment does not decompress: it may be of a type that is safe to ignore, or go on with a
    /// frame that another spoiled, while salvage decompresses each record by itself.
    /// </summary>
    private static bool MustBeLost(WalCorruptionKind kind) =>
        kind is not (>= WalCorruptionKind.RepeatedCompressionType and <= WalCorruptionKind.TooManyTimestampSizes) and not WalCorruptionKind.DecompressionFailed;

    /// <summary>
    /// Whether all fragments, wherever they stand, carry a log number, or none does. No writer mixes the two; where they are mixed, whether the log is a recycled one
    /// is decided by the first that is read, and behind damage salvage reads more of them.
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

    /// <summary>Not so where a control record stands in a record: RocksDB goes on behind it, with a record that has lost its beginning.</summary>
    private static bool BeginsRecord(byte[] log, long offset)
    {
        int left = (int)Math.Min(FragmentHeader.BlockSize - (offset % FragmentHeader.BlockSize), log.Length - offset);
        return FragmentHeader.TryRead(log.AsSpan((int)offset, left), out FragmentHeader header) && header.IsOfRecord;
    }

    /// <summary>
    /// Whether a record's fragments give it by themselves. RocksDB, and so an ordinary reading, lets a frame go on from what was read of a broken record into the next; salvage
    /// decompresses each record by itself.
    /// </summary>
    private static bool StandsAlone(byte[] log, LogReading.Record record)
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
            || (decompressor.Decompress(stored, content) == FragmentDecompressor.Outcome.Done && content.Written.SequenceEqual(record.Payload));
    }

    private static bool IsSound(byte[] record)
    {
        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation _ in batch)
        {
            // Going through it is what finds damage.
        }

        return batch.Corruption is null && batch.Sequence <= WriteBatch.MaxSequence;
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

    /// <summary>The number that the first fragment carries, if it does.</summary>
    private static ulong NumberOf(byte[] log) =>
        FragmentHeader.TryRead(log.AsSpan(0, Math.Min(log.Length, FragmentHeader.BlockSize)), out FragmentHeader header) && header.IsRecyclable ? header.LogNumber : DefaultNumber;
}
