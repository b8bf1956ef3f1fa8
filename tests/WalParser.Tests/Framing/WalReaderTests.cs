using System.IO.Pipelines;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;

namespace WalParser.Tests.Framing;

public class WalReaderTests
{
    private static byte[] Log(Action<LogBuilder> build, uint? number = null)
    {
        var output = new MemoryStream();
        build(new LogBuilder(output, number));
        return output.ToArray();
    }

    private static WalReader Reader(byte[] log, WalReaderOptions? options = null) => WalReader.Create(new MemoryStream(log), options);

    [Fact]
    public async Task A_record_has_its_offset_and_its_number_of_fragments()
    {
        byte[] large = new byte[70_000];
        await using WalReader reader = Reader(Log(log => log.Record("small"u8).Record(large)));
        Assert.True(await reader.ReadAsync());
        Check(reader.Record, 0, 12, 1, 5);
        Assert.True(await reader.ReadAsync());
        Check(reader.Record, 12, 12 + 70_000 + (3 * 7), 3, 70_000);
        Assert.False(await reader.ReadAsync());
        Assert.Equal(new WalEnd(WalEndReason.EndOfFile, 70_033, 0, LooksStale: false), reader.End);
        Assert.False(await reader.ReadAsync());

        static void Check(WalRecord record, long offset, long endOffset, int fragments, int length) => Assert.Equal(
            (offset, endOffset, fragments, length), (record.Offset, record.EndOffset, record.FragmentCount, record.Payload.Length));
    }

    [Fact]
    public async Task A_property_of_the_current_entry_throws_for_other_kinds_of_entries()
    {
        await using WalReader reader = Reader(Log(log => log.Record("one"u8)));
        Assert.Equal(WalEntryKind.None, reader.Kind);
        Assert.Throws<InvalidOperationException>(() => reader.Record.Offset);
        Assert.Null(reader.End);
        Assert.True(await reader.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => reader.Finding);
        Assert.Throws<InvalidOperationException>(() => reader.OldRecord);
        Assert.False(await reader.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => reader.Record.Offset);
    }

    [Fact]
    public async Task An_enumerated_entry_is_valid_until_the_next()
    {
        await using WalReader reader = Reader(Log(log => log.Record("one"u8).Record("two"u8).Raw("x"u8)));
        List<WalEntry> entries = [];
        List<string> seen = [];
        await foreach (WalEntry entry in reader.ReadAllAsync())
        {
            entries.Add(entry);
            seen.Add(entry.Kind == WalEntryKind.Record ? $"{entry.Record.Payload.Length}" : entry.Finding.Reason);
        }

        Assert.Equal(["3", "3", "truncated header"], seen);
        Assert.All(entries, entry => Assert.Throws<InvalidOperationException>(() => entry.Kind));
        Assert.Equal(3, entries.Distinct().Count());
    }

    [Fact]
    public async Task TryRead_never_waits()
    {
        byte[] log = Log(log => log.Record("one"u8));
        var pipe = new Pipe();
        await using WalReader reader = WalReader.Create(pipe.Reader);
        Assert.False(reader.TryRead());
        Assert.Null(reader.End);
        await pipe.Writer.WriteAsync(log.AsMemory(0, 5));
        Assert.False(reader.TryRead());
        await pipe.Writer.WriteAsync(log.AsMemory(5));

        // The block might continue. Whether the record is the last one is unknown until the input ends.
        Assert.False(reader.TryRead());
        await pipe.Writer.CompleteAsync();
        Assert.True(reader.TryRead());
        Assert.Equal(WalEntryKind.Record, reader.Kind);
        Assert.False(reader.TryRead());
        Assert.NotNull(reader.End);
    }

    [Fact]
    public async Task Reading_can_continue_after_a_cancelled_wait()
    {
        byte[] log = Log(log => log.Record("one"u8));
        var pipe = new Pipe();
        await using WalReader reader = WalReader.Create(pipe.Reader);
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> read = reader.ReadAsync(cancellation.Token);
        Assert.False(read.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        await pipe.Writer.WriteAsync(log);
        await pipe.Writer.CompleteAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal("one"u8, reader.Record.Payload);
    }

    [Fact]
    public async Task Reads_complete_synchronously_without_allocation_while_data_is_available()
    {
        byte[] log = Log(log =>
        {
            var batch = new BatchBuilder();
            for (uint i = 0; i < 20_000; i++)
            {
                log.Record(batch.Reset().Put("some key"u8, "some value, longer than the key"u8).Build(i));
            }
        });
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, log);
        try
        {
            using WalReader reader = WalReader.Open(path);
            long operations = ReadSome(reader, 5000);
            long before = GC.GetAllocatedBytesForCurrentThread();
            operations += ReadSome(reader, 10_000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(15_000, operations);
        }
        finally
        {
            File.Delete(path);
        }

        static long ReadSome(WalReader reader, int records)
        {
            long operations = 0;
            for (int i = 0; i < records; i++)
            {
                ValueTask<bool> read = reader.ReadAsync();
                Assert.True(read.IsCompletedSuccessfully);
                if (read.Result)
                {
                    foreach (WalParser.Batches.WriteBatchOperation operation in new WalParser.Batches.WriteBatch(reader.Record))
                    {
                        operations += operation.HasKey ? 1 : 0;
                    }
                }
            }

            return operations;
        }
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(33_000)]
    [InlineData(2000)]
    public async Task A_record_over_the_limit_is_reported_once_and_skipped(int size)
    {
        byte[] log = Log(log => log.Record("before"u8).Record(new byte[size]).Record("behind"u8));
        await using WalReader reader = Reader(log, new WalReaderOptions { MaxRecordSize = 1999 });
        Assert.True(await reader.ReadAsync());
        Assert.True(await reader.ReadAsync());
        Assert.Equal(FindingKind.RecordTooLarge, reader.Finding.Kind);
        Assert.Equal(13, reader.Finding.Offset);

        // A record in one fragment has a known size. That of others is the part of it that exceeds the limit.
        Assert.StartsWith(size == 2000 ? $"{size} bytes; " : "at least ", reader.Finding.Detail, StringComparison.Ordinal);
        Assert.EndsWith("the limit is 1999 (--max-record-size)", reader.Finding.Detail, StringComparison.Ordinal);
        Assert.True(await reader.ReadAsync());
        Assert.Equal("behind"u8, reader.Record.Payload);
        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task A_missing_start_after_a_record_over_the_limit_is_reported()
    {
        byte[] log = Log(log => log
            .Fragment(FragmentType.First, new byte[20]).Fragment(FragmentType.Full, "full"u8).Fragment(FragmentType.Last, "stray"u8));
        List<string> lines = await Transcript.OfAsync(log, new WalReaderOptions { MaxRecordSize = 10 });
        Assert.Equal(
            ["record too large, at least 20 bytes; the limit is 10", "missing start of fragmented record(2)"],
            lines.Where(line => line.StartsWith("log,", StringComparison.Ordinal)).Select(line => line.Split(": ")[1].Split(" (")[0]));
    }

    [Fact]
    public async Task A_live_fragment_with_a_damaged_log_number_is_distinguished_from_an_old_one()
    {
        byte[] log = Log(log => log.Record("one"u8).Record("two"u8), number: 12);
        foreach (byte damaged in new byte[] { 13, 4 })
        {
            log[14 + 7] = damaged;
            await using WalReader reader = Reader(log, new WalReaderOptions { LogNumber = 12 });
            Assert.True(await reader.ReadAsync());
            Assert.True(await reader.ReadAsync());
            Assert.Equal(new OldRecord(14, 14, damaged, IsIntact: false, IsDamagedLive: true), reader.OldRecord);
        }
    }

    [Fact]
    public async Task Timestamp_sizes_of_more_families_than_any_database_has_are_reported()
    {
        byte[] log = Log(log =>
        {
            for (uint family = 0; family < 70_000; family += 5000)
            {
                byte[] sizes = [.. Enumerable.Range((int)family, 5000).SelectMany(id => (byte[])[.. BitConverter.GetBytes(id), 8, 0])];
                log.Fragment(FragmentType.UserDefinedTimestampSize, sizes).Raw(new byte[32768 - 7 - sizes.Length]);
            }
        });
        await using WalReader reader = Reader(log);
        Assert.True(await reader.ReadAsync());
        Assert.Equal(FindingKind.TooManyTimestampSizes, reader.Finding.Kind);
        Assert.Equal(65_536, reader.TimestampSizes.ByColumnFamily.Count);
    }

    [SkippableFact]
    public async Task A_named_pipe_is_read_like_a_file()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such pipes in the file system.");
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "000010.log");
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", path)).ExitCode);
        byte[] log = Log(log => log.Record("one"u8));
        Task writing = Task.Run(() => File.WriteAllBytes(path, log));
        await using WalReader reader = WalReader.Open(path);
        Assert.True(await reader.ReadAsync());
        Assert.Equal("one"u8, reader.Record.Payload);
        Assert.False(await reader.ReadAsync());
        await writing;
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task Strict_reading_throws_the_finding_that_would_be_returned()
    {
        byte[] log = Log(log => log.Record("one"u8).Raw("x"u8));
        await using WalReader reader = Reader(log, new WalReaderOptions { ThrowOnCorruption = true, FileName = "some/file" });
        Assert.True(await reader.ReadAsync());
        var thrown = await Assert.ThrowsAsync<WalCorruptionException>(async () => await reader.ReadAsync());
        Assert.Equal("some/file, offset 10: truncated header (1 byte dropped)", thrown.Message);
        Assert.Equal(FindingKind.TruncatedHeader, thrown.Finding?.Kind);
    }

    [Fact]
    public async Task The_log_number_comes_from_the_option_the_name_or_the_log_itself()
    {
        byte[] log = Log(log => log.Record("one"u8), number: 12);
        await using WalReader numbered = Reader(log, new WalReaderOptions { LogNumber = 12, FileName = "000099.log" });
        await using WalReader named = Reader(log, new WalReaderOptions { FileName = "folder/000012.log" });
        await using WalReader unnamed = Reader(log);
        await using WalReader wrong = Reader(log, new WalReaderOptions { LogNumber = 13 });
        foreach (WalReader reader in new[] { numbered, named, unnamed })
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(WalEntryKind.Record, reader.Kind);
            Assert.Equal(12UL, reader.LogNumber);
            Assert.True(reader.IsRecycled);
        }

        Assert.True(await wrong.ReadAsync());
        Assert.Equal(new OldRecord(0, 14, 12, IsIntact: true, IsDamagedLive: false), wrong.OldRecord);
        Assert.False(await wrong.ReadAsync());
        Assert.Equal(WalEndReason.OldRecord, wrong.End!.Value.Reason);
    }

    [Fact]
    public async Task A_log_number_is_compared_by_its_low_32_bits()
    {
        byte[] log = Log(log => log.Record("one"u8), number: 5);
        await using WalReader reader = Reader(log, new WalReaderOptions { LogNumber = (7UL << 32) + 5 });
        Assert.True(await reader.ReadAsync());
        Assert.Equal(WalEntryKind.Record, reader.Kind);
    }

    [Fact]
    public async Task Control_records_are_available_as_properties()
    {
        byte[] log = Log(log => log
            .Fragment(FragmentType.PredecessorWalInfo, [9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0])
            .Fragment(FragmentType.UserDefinedTimestampSize, [1, 0, 0, 0, 8, 0, 3, 0, 0, 0, 16, 0])
            .Fragment((FragmentType)200, "to be ignored"u8)
            .Record("one"u8));
        await using WalReader reader = Reader(log);
        Assert.True(await reader.ReadAsync());
        Assert.Equal((FindingKind.IgnoredRecordType, FindingSeverity.Note), (reader.Finding.Kind, reader.Finding.Severity));
        Assert.True(await reader.ReadAsync());
        Assert.Equal("one"u8, reader.Record.Payload);
        Assert.Equal(new PredecessorWalInfo(9, 256, 77), reader.Predecessor);
        Assert.Equal([new(1, 8), new(3, 16)], reader.TimestampSizes.ByColumnFamily);
        Assert.Equal(8, reader.Record.TimestampSizes[1]);
        Assert.Equal(0, reader.Record.TimestampSizes[2]);
        Assert.Equal(1, reader.CountOf(FragmentType.PredecessorWalInfo));
        Assert.Equal(0, reader.CountOf(FragmentType.First));
    }

    [Theory]
    [InlineData(4, "compression type 4 (LZ4) is not defined for logs")]
    [InlineData(99, "compression type 99 is not defined for logs")]
    public async Task A_compression_that_is_not_defined_for_logs_is_named(byte type, string note)
    {
        byte[] log = Log(log => log.Fragment(FragmentType.SetCompressionType, [type, 0, 0, 0]).Record("plain"u8));
        await using WalReader reader = Reader(log);
        Assert.True(await reader.ReadAsync());
        Assert.Equal("could not decode SetCompressionType record", reader.Finding.Reason);
        Assert.StartsWith(note, reader.Finding.Detail, StringComparison.Ordinal);
        Assert.True(await reader.ReadAsync());
        Assert.Equal("plain"u8, reader.Record.Payload);
    }

    [Fact]
    public async Task The_tail_of_a_recycled_log_looks_stale_and_damage_to_a_live_record_does_not()
    {
        string path = TestFiles.Committed("rocksdb/recycled/000016.log");
        byte[] log = await File.ReadAllBytesAsync(path);
        long liveEnd = 0;
        await using (WalReader reader = WalReader.Open(path))
        {
            while (await reader.ReadAsync())
            {
                if (reader.Kind == WalEntryKind.Record)
                {
                    liveEnd = reader.Record.EndOffset;
                }
                else if (reader.Kind == WalEntryKind.Finding)
                {
                    Assert.True(reader.Finding.LooksStale);
                    Assert.Equal(liveEnd, reader.Finding.Offset);
                }
            }

            Assert.Equal(WalEndReason.OldRecord, reader.End!.Value.Reason);
            Assert.True(reader.End!.Value.LooksStale);
        }

        log[liveEnd - 1] ^= 1;
        await using WalReader damaged = Reader(log, new WalReaderOptions { LogNumber = 16 });
        while (await damaged.ReadAsync() && damaged.Kind == WalEntryKind.Record)
        {
        }

        Assert.Equal(FindingKind.ChecksumMismatch, damaged.Finding.Kind);
        Assert.False(damaged.Finding.LooksStale);
    }

    [Fact]
    public void Input_that_cannot_be_opened_throws()
    {
        Assert.Throws<FileNotFoundException>(() => WalReader.Open(Path.Combine(Path.GetTempPath(), "no-such-file.log")));
        Assert.Throws<UnauthorizedAccessException>(() => WalReader.Open(Path.GetTempPath()));
        Assert.Throws<ArgumentNullException>(() => WalReader.Open(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reader([], new WalReaderOptions { MaxRecordSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Reader([], new WalReaderOptions { RecoveryMode = (WalRecoveryMode)9 }));
    }

    [Fact]
    public async Task A_disposed_reader_reads_no_more_and_closes_its_input()
    {
        var kept = new MemoryStream([1, 2, 3]);
        WalReader reader = WalReader.Create(kept, leaveOpen: true);
        await reader.DisposeAsync();
        reader.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadAsync());
        Assert.True(kept.CanRead);

        var owned = new MemoryStream([1, 2, 3]);
        WalReader.Create(owned).Dispose();
        Assert.False(owned.CanRead);
    }

    [Theory]
    [InlineData("000010.log", 10UL)]
    [InlineData("/some/db/archive/1234567.log", 1234567UL)]
    [InlineData("18446744073709551615.log", ulong.MaxValue)]
    [InlineData("000010.log.zst", 10UL)]
    [InlineData("000010.log.gz", 10UL)]
    [InlineData("000010.log.LZ4", 10UL)]
    [InlineData("000010.log.sz", 10UL)]
    [InlineData("000010.zst", null)]
    [InlineData("000010.log.gz.gz", null)]
    [InlineData("LOG", null)]
    [InlineData(".log", null)]
    [InlineData("+1.log", null)]
    [InlineData(" 1.log", null)]
    [InlineData("18446744073709551616.log", null)]
    [InlineData("000010.LOG", null)]
    public void Log_numbers_are_parsed_from_file_names(string path, ulong? number)
    {
        Assert.Equal(number is not null, WalFileName.TryGetLogNumber(path, out ulong found));
        Assert.Equal(number ?? 0, found);
    }
}
