using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Framing;

/// <summary>Reading ends for any bytes, and its result is consistent.</summary>
public class HostileTests
{
    [Fact]
    public void Any_damage_to_any_log_is_read_to_its_end() =>
        Prop.ForAll(Cases.ToArbitrary(), testCase => ReadConsistently(testCase.Bytes, testCase.Mode))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void Any_bytes_are_read_to_their_end() =>
        Prop.ForAll(
            Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary(),
            bytes => ReadConsistently(bytes, WalRecoveryMode.SkipAnyCorruptedRecords))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static Gen<(byte[] Bytes, WalRecoveryMode Mode)> Cases =>
        from log in Logs.Any
        from mode in Gen.Elements(Enum.GetValues<WalRecoveryMode>())
        select (log.Bytes, mode);

    private static void ReadConsistently(byte[] log, WalRecoveryMode mode)
    {
        using WalReader reader = WalReader.Create(new MemoryStream(log), new WalReaderOptions { RecoveryMode = mode });
        long end = 0;
        long entries = 0;
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            // Each entry consumes at least one byte, or has the same cause as the previous entry; at most four entries have one cause.
            Assert.True(++entries <= 4L * (log.Length + 1));
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    WalRecord record = reader.Record;
                    Assert.InRange(record.Offset, end, log.Length);
                    Assert.InRange(record.EndOffset, record.Offset + 7, log.Length);
                    Assert.InRange(record.Payload.Length, 0, record.EndOffset - record.Offset - (7 * record.FragmentCount));
                    end = record.EndOffset;
                    break;
                case WalEntryKind.Finding:
                    Assert.InRange(reader.Finding.Offset, 0, log.Length);
                    Assert.InRange(reader.Finding.Bytes, 0, log.Length);
                    Assert.NotEqual(reader.Finding.Kind.ToString(), reader.Finding.Reason);
                    break;
            }

            Assert.InRange(reader.Position, end, log.Length);
        }

        Assert.InRange(reader.End!.Value.Offset, 0, log.Length);
        Assert.False(reader.TryRead());
    }

    /// <summary>RocksDB itself reads this file forever: one bit of a fragment's type is flipped, Full to RecyclableFull.</summary>
    [Fact]
    public async Task One_flipped_bit_costs_only_one_block()
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed("hostile/one-bit-hangs-rocksdb-10.log"));
        List<string> lines = await Transcript.OfAsync(log);

        int fault = lines.FindIndex(line => line.Contains("recyclable record in a log that is not recycled", StringComparison.Ordinal));
        Assert.True(fault > 0, "The fault is reported after intact records.");
        long offset = long.Parse(lines[fault].Split("offset ")[1].Split(':')[0], CultureInfo.InvariantCulture);
        Assert.Equal(5, log[offset + 6]);

        // The rest of the block is lost, as with any bad fragment. The intact records of the next block are not.
        Assert.Contains($"({32768 - (offset % 32768)} bytes dropped)", lines[fault], StringComparison.Ordinal);
        Assert.Contains(lines[(fault + 1)..], line => line.StartsWith("record ", StringComparison.Ordinal));

        // With the bit corrected, the same log has the records before and after it, and more between them.
        log[offset + 6] = 1;
        List<string> whole = await Transcript.OfAsync(log);
        Assert.Empty(lines.Where(line => line.StartsWith("record ", StringComparison.Ordinal)).Except(whole));
        Assert.DoesNotContain(whole, line => line.Contains("recyclable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_few_bytes_that_hang_RocksDB_are_reported()
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed("hostile/rocksdb-hangs-7.log"));
        List<string> lines = await Transcript.OfAsync(log, new WalReaderOptions { LogNumber = 7 });
        Assert.Contains(lines, line => line.Contains("recyclable record in a log that is not recycled", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("record ", StringComparison.Ordinal));
    }

    /// <summary>One record of 3 GiB of zeros in 100 KB uses no more memory than the limit, and the record after it is read.</summary>
    [Fact]
    public void Decompression_of_a_record_ends_at_the_limit()
    {
        const int Limit = 256 << 20;
        string path = TestFiles.Committed("hostile/zstd-bomb-3-gib-4.log");
        long before = GC.GetAllocatedBytesForCurrentThread();
        using WalReader reader = WalReader.Open(path, new WalReaderOptions { MaxRecordSize = Limit });
        Assert.True(reader.TryRead());
        Assert.Equal(FindingKind.RecordTooLarge, reader.Finding.Kind);
        Assert.Equal((11, Limit), (reader.Finding.Offset, reader.Finding.Bytes));
        Assert.True(reader.TryRead());
        Assert.Equal(WalEntryKind.Record, reader.Kind);
        Assert.Equal(new FileInfo(path).Length, reader.Record.EndOffset);
        Assert.False(reader.TryRead());

        // The decoder's window and the file's buffer are needed in addition to the record.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Limit / 2, Limit + (32 << 20));
    }

    /// <summary>The same fault in the middle of a record also loses that record and reports it.</summary>
    [Fact]
    public async Task A_recyclable_fragment_in_the_middle_of_a_record_is_reported()
    {
        var output = new MemoryStream();
        new LogBuilder(output)
            .Record("first record"u8)
            .Fragment(FragmentType.First, "begun"u8)
            .Fragment(FragmentType.RecyclableMiddle, "impossible"u8, number: 1)
            .Raw(new byte[32768 - 19 - 12 - 21])
            .Record("behind, in the next block"u8);
        List<string> lines = await Transcript.OfAsync(output.ToArray());
        Assert.Equal(5, lines.Count);
        Assert.StartsWith("record 0 19 12 ", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            "log, offset 31: recyclable record in a log that is not recycled, "
            + $"where RocksDB since 9.4 loops forever if it reads on to here ({32768 - 31} bytes dropped)False",
            lines[1]);
        Assert.Equal("log, offset 19: error in middle of record (5 bytes dropped)False", lines[2]);
        Assert.StartsWith("record 32768 ", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_continues_after_a_record_that_cannot_be_decompressed()
    {
        // The sequence numbers are those that ldb 7.8.3 reads. LdbDumpTests compares them where ldb is installed.
        await using WalReader reader = WalReader.Open(
            TestFiles.Committed("hostile/damaged-zstd-record-77.log"),
            new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords });
        List<ulong> sequences = [];
        List<string> faults = [];
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                sequences.Add(new WriteBatch(reader.Record).Sequence);
            }
            else
            {
                faults.Add($"{reader.Finding.Offset}: {reader.Finding.Reason}");
            }
        }

        Assert.Equal([1, 4, 14, 5, 15], sequences);
        Assert.Equal(
            [
                "72: checksum mismatch",
                "53: error in middle of record",
                "32768: decompression failed",
                "65618: zeros in the place of a fragment",
            ],
            faults);
    }

    /// <summary>The reason describes the error in the frame, whichever record of the log contains it.</summary>
    [Theory]
    [InlineData("28B52FFD01384D190000414243", "the frame was made with dictionary 77, which was not supplied")]
    [InlineData("28B52FFD00A0190000414243", "the frame's window of 1073741824 bytes is larger than the 134217729 allowed")]
    [InlineData("28B52FFD0438190000414243DEADBEEF", "Zstandard: Restored data doesn't match checksum")]
    [InlineData("28B52FFD00381F0000414243", "Zstandard: Data corruption detected")]
    public async Task The_reason_of_a_refused_frame_is_reported(string frame, string reason)
    {
        byte[] good = Compress("a record"u8);
        byte[] refused = Convert.FromHexString(frame);
        foreach (byte[] record in new[] { refused, [.. good, .. refused] })
        {
            foreach (int before in new[] { 0, 3 })
            {
                var log = new MemoryStream();
                LogBuilder builder = new LogBuilder(log).Fragment(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]);
                for (int i = 0; i < before; i++)
                {
                    builder.Record(good);
                }

                builder.Record(record);
                using WalReader reader = WalReader.Create(new MemoryStream(log.ToArray()), new WalReaderOptions());
                for (int i = 0; i < before; i++)
                {
                    Assert.True(await reader.ReadAsync());
                    Assert.Equal(WalEntryKind.Record, reader.Kind);
                }

                Assert.True(await reader.ReadAsync());
                Assert.Equal(FindingKind.DecompressionFailed, reader.Finding.Kind);
                Assert.Equal(reason, reader.Finding.Detail);
            }
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(content).ToArray();
    }
}
