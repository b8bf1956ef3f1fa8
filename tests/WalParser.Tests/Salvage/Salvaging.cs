using System.Globalization;
using System.Text.RegularExpressions;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>Salvages logs and checks the output.</summary>
internal static partial class Salvaging
{
    /// <summary>Salvages a log, and asserts that each of its bytes is accounted for.</summary>
    public static async Task<(List<byte[]> Records, SalvagedLog Report, byte[] Written)> RunAsync(
        byte[] log, ulong number, bool includesStale = false, int maxRecordSize = WalReaderOptions.DefaultMaxRecordSize)
    {
        using var folder = new TempDatabase();
        var file = new WalFile(WalFileName.Of(number), number, options => WalReader.Create(new MemoryStream(log), options));
        var options = new SalvageOptions { IncludesStale = includesStale, MaxRecordSize = maxRecordSize };
        SalvageReport report = await LogSalvage.RunAsync(new WalSet([file]), folder.Path, options);
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Assert.Null(salvaged.Failure);
        AssertAccount(salvaged, log.Length);
        Assert.Equal(salvaged.NotWritten is null, salvaged.OutputPath is not null);
        byte[] written = salvaged.OutputPath is null ? [] : await File.ReadAllBytesAsync(salvaged.OutputPath);
        return (await WrittenLog.RecordsOfAsync(written), salvaged, written);
    }

    public static async Task<List<OriginalRecord>> RecordsOfAsync(byte[] log, ulong number)
    {
        List<OriginalRecord> records = [];
        await using WalReader reader = WalReader.Create(new MemoryStream(log), new WalReaderOptions { LogNumber = number });
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                records.Add(new OriginalRecord(reader.Record.Payload.ToArray(), reader.Record.Offset, reader.Record.EndOffset));
            }
        }

        return records;
    }

    /// <summary>
    /// Asserts that the output is a subsequence of the original records and contains each record without a changed byte. If
    /// <paramref name="cut"/> is null, bytes have moved, and only the first property is asserted.
    /// </summary>
    public static void AssertSalvaged(
        byte[] log, List<OriginalRecord> originals, byte[] damaged, int? cut, List<byte[]> salvaged, SalvagedLog report)
    {
        AssertSubsequence(originals, salvaged);
        if (cut is not { } end)
        {
            return;
        }

        // Two records can have the same bytes. Therefore each is searched for separately.
        int next = 0;
        foreach (OriginalRecord record in originals.Where(record => record.End <= end
            && damaged.AsSpan()[(int)record.Offset..(int)record.End].SequenceEqual(log.AsSpan()[(int)record.Offset..(int)record.End])))
        {
            next = salvaged.FindIndex(next, payload => payload.AsSpan().SequenceEqual(record.Payload)) + 1;
            Assert.True(next > 0, $"The record at {record.Offset} is intact, but is not in the output: {string.Join("; ", report.Losses)}");
        }

        // The bytes of records that do not look like space that was never written are reported.
        int reported = originals
            .Sum(record => Enumerable.Range((int)record.Offset, (int)(Math.Min(record.End, end) - Math.Min(record.Offset, end)))
            .Count(i => log[i] != 0 && damaged[i] != 0));
        Assert.InRange(reported, 0, report.RecordBytes + report.LostBytes + report.LeftOutBytes + report.StaleBytes);
    }

    private static void AssertSubsequence(List<OriginalRecord> originals, List<byte[]> salvaged)
    {
        int next = 0;
        foreach (byte[] payload in salvaged)
        {
            next = originals.FindIndex(next, record => payload.AsSpan().SequenceEqual(record.Payload)) + 1;
            Assert.True(
                next > 0,
                $"The salvaged record with sequence number {new WriteBatch(payload).Sequence} is not in the log, or is out of order.");
        }
    }

    /// <summary>
    /// Asserts that each byte of the log belongs to a written record, is lost, is left out, is stale, or belongs to no record.
    /// </summary>
    public static void AssertAccount(SalvagedLog log, long size)
    {
        Assert.Equal(size, log.Size);
        Assert.Equal(log.Size, log.RecordBytes + log.LostBytes + log.LeftOutBytes + log.StaleBytes + log.OtherBytes);
        Assert.True(log is { RecordBytes: >= 0, LostBytes: >= 0, LeftOutBytes: >= 0, StaleBytes: >= 0, OtherBytes: >= 0 });
        Assert.True(log.RepeatedRecords <= log.LeftOutRecords);
        Assert.True(log.DoubtfulRecords <= log.RecoveredRecords && log.RecoveredRecords <= log.Records);
        Assert.Equal(Math.Min(log.LossCount, SalvagedLog.MaxListedLosses), log.Losses.Count);
        if (log.LossCount == log.Losses.Count)
        {
            Assert.Equal(log.LostBytes, log.Losses.Sum(loss => loss.Bytes));
        }

        Assert.Equal(log.Losses.Select(loss => loss.Offset).Order(), log.Losses.Select(loss => loss.Offset));
    }

    /// <summary>Asserts that RocksDB's own program reads a salvaged log without an error, as far as it supports the content.</summary>
    public static async Task AssertRocksDBTakesAsync(SalvagedLog log)
    {
        string written = log.OutputPath!;
        (string[] lines, string error) = Ldb.TryDumpWal(written);
        if (error.Contains("WriteCommitted mode", StringComparison.Ordinal))
        {
            (lines, error) = Ldb.TryDumpWal(written, "--write_committed=false");
        }

        if (NotImplemented().Match(error) is { Success: true } match)
        {
            // ldb stops at the first operation that it cannot print.
            Assert.Contains(match.Groups[1].Value, (await TempDatabase.RecordsOfAsync(written)).SelectMany(TypesOf));
            return;
        }

        if (error.Contains("unknown WriteBatch tag", StringComparison.Ordinal))
        {
            // The tag is newer than this ldb.
            Assert.Contains(nameof(OperationType.TimedPut), (await TempDatabase.RecordsOfAsync(written)).SelectMany(TypesOf));
            return;
        }

        Assert.Equal("", error);

        if (lines.Length < log.Records)
        {
            // ldb does not support declarations of timestamp sizes and reads nothing after one.
            Assert.Equal((byte)FragmentType.UserDefinedTimestampSize, (await File.ReadAllBytesAsync(written))[6]);
            Assert.Empty(lines);
        }
    }

    public static ulong NumberOf(string name) =>
        ulong.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture);

    /// <summary>Returns the damage of a batch.</summary>
    public static Finding? CorruptionOf(byte[] record)
    {
        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation _ in batch)
        {
            // The iteration detects damage.
        }

        return batch.Finding;
    }

    /// <summary>Returns the types of a batch's operations.</summary>
    public static IEnumerable<string> TypesOf(byte[] record)
    {
        List<string> types = [];
        foreach (WriteBatchOperation operation in new WriteBatch(record))
        {
            types.Add(operation.Type.ToString());
        }

        return types;
    }

    [GeneratedRegex("([A-Za-z]+?)(?:CF)? not implemented")]
    private static partial Regex NotImplemented();
}
