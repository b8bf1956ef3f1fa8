using WalParser.Batches;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Writing;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Writes what it reads. The records of the input, a log, are written to a new log, in a form that the input's checksum selects. Reading
/// the new log gives the same records without damage, and accounts for every byte. Each intact batch is built again from its operations, to
/// the same bytes.
/// </summary>
internal sealed class RoundTripTarget : FuzzTarget
{
    public override string Name => "round-trip";

    public override string Description => "records and batches, read, written and read again: the bytes are the same";

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    public override (long Base, long PerByte) StepLimit => (1_000_000, 5000);

    public override (long Base, long PerByte) AllocationLimit => (8_000_000, 3000);

    public override void Run(byte[] input)
    {
        uint choice = Checksums.Crc32C.Compute(input);
        var options = new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords, MaxRecordSize = 1 << 18 };
        LogReading first = LogReading.Of(WalReader.Create(new MemoryStream(input, writable: false), options));
        List<byte[]> records = [.. first.Entries.Where(entry => entry.Kind == WalEntryKind.Record).Select(entry => entry.Record.Payload)];
        foreach (byte[] record in records)
        {
            Rebuild(record);
        }

        byte[] log = Write(records, choice);
        LogReading second = LogReading.Of(WalReader.Create(
            new MemoryStream(log, writable: false), options with { RecoveryMode = (WalRecoveryMode)(choice / 8 % 4) }));
        Check(
            second.Entries.TrueForAll(entry => entry.Kind == WalEntryKind.Record),
            "a written log is damaged",
            second.Entries.Find(entry => entry.Kind != WalEntryKind.Record).Finding?.ToString() ?? "");
        Check(second.Entries.Count == records.Count, "records are missing", $"{second.Entries.Count} of {records.Count}");
        for (int i = 0; i < records.Count; i++)
        {
            Check(second.Entries[i].Record.Payload.AsSpan().SequenceEqual(records[i]), "a record is read back differently", $"record {i}");
        }

        Check(
            second.End == new WalEnd(WalEndReason.EndOfFile, log.Length, 0, LooksStale: false),
            "the end of a written log is wrong",
            second.End.ToString());
        Ledger.Check(log, second, (WalRecoveryMode)(choice / 8 % 4));
    }

    private static byte[] Write(List<byte[]> records, uint choice)
    {
        using var output = new MemoryStream();
        LogWriter writer = LogWriter.Create(output, new LogWriterOptions
        {
            LogNumber = 7,
            IsRecyclable = (choice & 1) != 0,
            CompressionType = (choice & 2) != 0 ? CompressionType.Zstd : CompressionType.None,
            CompressionLevel = (int)(choice / 128 % 8) - 2,
            Predecessor = (choice & 4) != 0 ? new PredecessorWalInfo(6, 1000, 99) : null,
        }, leaveOpen: true);
        uint family = 0;
        foreach (byte[] record in records)
        {
            if ((choice & 32) != 0 && family < 50)
            {
                writer.WriteTimestampSizes([new(family++, 8)]);
            }

            if ((choice & 64) != 0)
            {
                writer.WriteAsync(record).AsTask().GetAwaiter().GetResult();
            }
            else
            {
                writer.Write(record);
            }
        }

        Check(writer.RecordCount == records.Count, "the record count of the writer is wrong");
        writer.Dispose();
        return output.ToArray();
    }

    private static void Rebuild(byte[] record)
    {
        var batch = new WriteBatch(record);
        var builder = new WriteBatchBuilder(batch.Sequence);
        foreach (WriteBatchOperation operation in batch)
        {
            builder.Add(operation);
        }

        if (batch.Finding is null)
        {
            // A varint can be longer than necessary, or have bits that RocksDB drops. Such a batch is built differently, but its operations
            // are the same.
            ReadOnlySpan<byte> built = builder.Build().Span;
            Check(built.Length <= record.Length, "a rebuilt batch is longer");
            Check(built.Length < record.Length || IsSameButForDroppedBits(built, record), "a rebuilt batch differs");
            CompareOperations(new WriteBatch(record), new WriteBatch(built));
        }
    }

    /// <summary>
    /// Returns true if two batches differ only in bits that RocksDB drops. The fifth byte of a varint has four bits of the number; RocksDB
    /// shifts the three bits above them out.
    /// </summary>
    private static bool IsSameButForDroppedBits(ReadOnlySpan<byte> built, ReadOnlySpan<byte> record)
    {
        for (int i = 0; i < built.Length; i++)
        {
            if (built[i] != record[i] && (built[i] != (record[i] & 0x0F) || record[i] >= 0x80 || i < WriteBatch.HeaderSize + 5))
            {
                return false;
            }
        }

        return true;
    }

    private static void CompareOperations(WriteBatch left, WriteBatch right)
    {
        WriteBatch.Enumerator others = right.GetEnumerator();
        foreach (WriteBatchOperation operation in left)
        {
            Check(others.MoveNext(), "a rebuilt batch lacks an operation");
            WriteBatchOperation other = others.Current;
            Check(
                operation.Tag == other.Tag && operation.Sequence == other.Sequence && operation.ColumnFamily == other.ColumnFamily
                && operation.Key.SequenceEqual(other.Key) && operation.Value.SequenceEqual(other.Value)
                && operation.EndKey.SequenceEqual(other.EndKey)
                && operation.Xid.SequenceEqual(other.Xid) && operation.WriteTimeSeconds == other.WriteTimeSeconds,
                "a rebuilt operation differs");
        }

        Check(!others.MoveNext() && right.Finding is null, "a rebuilt batch has an additional operation, or damage");
    }
}
