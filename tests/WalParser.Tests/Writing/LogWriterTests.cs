using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary><see cref="LogWriter"/> writes exactly the given records, whatever they contain.</summary>
public class LogWriterTests
{
    private const int BlockSize = 32768;

    /// <summary>
    /// Records with their lengths and seeds, the options of the writer, and the seed of the pieces in which the log is read.
    /// </summary>
    private sealed record Written(
        (int Length, int Seed)[] Records, bool IsRecyclable, CompressionType Compression, int Level, bool HasControls, int Pieces)
    {
        public byte[][] Bytes => [.. Records.Select(record => LogWriterTests.Bytes(record.Length, record.Seed))];

        public override string ToString() =>
            $"records of length:seed {string.Join(' ', Records.Select(record => $"{record.Length}:{record.Seed}"))}, "
            + $"{(IsRecyclable ? "recyclable" : "legacy")}, {Compression} at level {Level}, {(HasControls ? "with" : "without")} "
                + $"controls, pieces {Pieces}";
    }

    /// <summary>One log in four is not compressed; the others are at the lowest level, the highest, the default, or one between.</summary>
    private static Gen<(CompressionType Type, int Level)> Compression =>
        from level in Gen.Elements(-131_072, -5, 0, 1, 3, 9, 15, 22)
        from type in Gen.Elements(CompressionType.None, CompressionType.Zstd, CompressionType.Zstd, CompressionType.Zstd)
        select (type, level);

    /// <summary>
    /// Lengths of all magnitudes, mostly small ones, and lengths that leave 0 to 12 bytes in a block. Some records have runs of one byte,
    /// and every third record has few different bytes, so that it compresses.
    /// </summary>
    private static Gen<(int Length, int Seed)> Record =>
        from length in Gen.Frequency(
            (6, Gen.Choose(0, 100)), (3, Gen.Choose(0, 5000)), (3, Gen.Choose(BlockSize - 60, BlockSize + 20)), (1, Gen.Choose(0, 300_000)))
        from seed in Gen.Choose(0, int.MaxValue)
        select (length, seed);

    /// <summary>
    /// Compressed records that end a chunk near the end of a block. A record that continues must not leave 7 to 10 bytes in a block of a
    /// recyclable log, which readers would read as an empty fragment.
    /// </summary>
    [Fact]
    public async Task A_chunk_that_ends_near_the_end_of_a_block_is_read_back()
    {
        foreach (int length in Enumerable.Range(BlockSize - 100, 60))
        {
            byte[][] records = TwoBatches(length);
            Assert.Equal(records, await WrittenLog.RecordsOfAsync(RecyclableFrames(records), 77));
        }
    }

    /// <summary>
    /// The lengths that would leave 7 to 10 bytes. (RocksDB 7.8 loses the second record after longer ones for another reason: its
    /// decompressor mistakes a fragment for the previous one if both are at the same address in memory.)
    /// </summary>
    [SkippableFact]
    public async Task RocksDB_reads_chunks_that_end_near_the_end_of_a_block()
    {
        using var database = new TempDatabase();
        string path = database.PathOf("000077.log");
        foreach (int length in Enumerable.Range(BlockSize - 75, 4))
        {
            await File.WriteAllBytesAsync(path, RecyclableFrames(TwoBatches(length)));
            Assert.Equal(["1", "2"], Ldb.DumpWal(path).Select(line => line.Split(',')[0]));
        }
    }

    private static byte[][] TwoBatches(int length)
    {
        var batch = new WriteBatchBuilder();
        byte[] noise = new byte[40_000];
        new Random(length).NextBytes(noise);
        return [batch.Clear(1).Put("a"u8, noise.AsSpan(0, length)).Build().ToArray(), batch.Clear(2).Put("b"u8, noise).Build().ToArray()];
    }

    private static byte[] RecyclableFrames(byte[][] records)
    {
        var output = new MemoryStream();
        using (LogWriter log = LogWriter.Create(
            output, new LogWriterOptions { LogNumber = 77, IsRecyclable = true, CompressionType = CompressionType.Zstd }, leaveOpen: true))
        {
            foreach (byte[] record in records)
            {
                log.Write(record);
            }
        }

        return output.ToArray();
    }

    private static Gen<Written> Cases =>
        from records in Record.ArrayOf().Resize(12)
        from isRecyclable in Gen.Elements(false, true)
        from compression in Compression
        from hasControls in Gen.Elements(false, true)
        from pieces in Gen.Choose(0, int.MaxValue)
        select new Written(records, isRecyclable, compression.Type, compression.Level, hasControls, pieces);

    [Fact]
    public void Written_records_are_read_back() =>
        Prop.ForAll(Cases.ToArbitrary(), written =>
        {
            byte[] log = Write(written).GetAwaiter().GetResult();
            List<byte[]> read = WrittenLog.RecordsOfAsync(log, 77, new Random(written.Pieces)).GetAwaiter().GetResult();

            // Compares the length and the place of the first difference, because a message with a megabyte of numbers would be useless.
            byte[][] records = written.Bytes;
            Assert.Equal(records.Select(record => record.Length), read.Select(record => record.Length));
            Assert.All(records.Zip(read), pair => Assert.Equal(pair.First.Length, pair.First.AsSpan().CommonPrefixLength(pair.Second)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    /// <summary>Synchronous and asynchronous writes of a record give the same bytes, also if it is compressed in parts.</summary>
    [Fact]
    public void Both_ways_of_writing_give_the_same_bytes() =>
        Prop.ForAll(
            (from length in Gen.OneOf(Gen.Choose(0, 70_000), Gen.Choose(60_000, 70_000), Gen.Choose(0, 600_000))
             from seed in Gen.Choose(0, int.MaxValue)
             from compression in Compression
             from isRecyclable in Gen.Elements(false, true)
             select new Written([(length, seed)], isRecyclable, compression.Type, compression.Level, false, 0)).ToArbitrary(),
            written =>
            {
                var output = new MemoryStream();
                using (LogWriter log = LogWriter.Create(output, OptionsOf(written), leaveOpen: true))
                {
                    log.Write(written.Bytes[0]);
                }

                Assert.True(Write(written).GetAwaiter().GetResult().AsSpan().SequenceEqual(output.ToArray()));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    /// <summary>The bytes equal those of the writer of the tests, which supports neither compression nor control records.</summary>
    [Fact]
    public void Fragments_equal_those_of_another_writer() =>
        Prop.ForAll(Cases.ToArbitrary(), written =>
        {
            written = written with { Compression = CompressionType.None, HasControls = false };
            Assert.Equal(TempDatabase.LogOf(written.Bytes, written.IsRecyclable ? 77 : null), Write(written).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    [Fact]
    public async Task Timestamp_sizes_are_declared_once_and_before_the_records_that_need_them()
    {
        var output = new MemoryStream();
        await using (LogWriter log = LogWriter.Create(
            output, new LogWriterOptions { TimestampSizes = new Dictionary<uint, int> { [0] = 8, [3] = 0 } }))
        {
            log.Write("a"u8);
            log.WriteTimestampSizes(new Dictionary<uint, int> { [0] = 8, [9] = 16 });
            log.Write("b"u8);
            Assert.Throws<ArgumentException>(() => log.WriteTimestampSizes(new Dictionary<uint, int> { [9] = 8 }));
        }

        await using WalReader reader = WalReader.Create(
            new MemoryStream(output.ToArray()), new WalReaderOptions { ThrowOnCorruption = true });
        Assert.True(await reader.ReadAsync());
        Assert.Equal([(0u, 8)], reader.TimestampSizes.ByColumnFamily.Select(pair => (pair.Key, pair.Value)));
        Assert.True(await reader.ReadAsync());
        Assert.Equal([(0u, 8), (9u, 16)], reader.TimestampSizes.ByColumnFamily.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(2, reader.CountOf(FragmentType.UserDefinedTimestampSize));
    }

    [Fact]
    public async Task An_existing_file_is_not_overwritten()
    {
        using var database = new TempDatabase();
        string path = database.Write("000010.log", "what is there"u8.ToArray());
        Assert.Throws<IOException>(() => LogWriter.Open(path));
        Assert.Equal("what is there"u8, File.ReadAllBytes(path));
        await using LogWriter log = LogWriter.Open(database.PathOf("000011.log"), new LogWriterOptions { IsRecyclable = false });
        Assert.Equal(11ul, log.LogNumber);
    }

    /// <summary>A pipe with a slow reader delays a write, and a pipe whose reader ends causes it to fail.</summary>
    [Fact]
    public async Task A_write_waits_for_a_slow_reader()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 100_000, resumeWriterThreshold: 50_000));
        await using LogWriter log = LogWriter.Create(pipe.Writer);
        Task write = log.WriteAsync(new byte[1_000_000]).AsTask();
        Assert.False(write.IsCompleted);
        Assert.InRange(log.Position, 100_000, 300_000);
        await pipe.Reader.CompleteAsync();
        await Assert.ThrowsAsync<IOException>(() => write);
        Assert.Throws<InvalidOperationException>(() => log.Write("inside another"u8));
    }

    [Theory]
    [InlineData(CompressionType.Snappy, false)]
    [InlineData(CompressionType.None, true)]
    public void Options_that_RocksDB_does_not_write_are_refused(CompressionType compression, bool isRecyclable) =>
        Assert.ThrowsAny<ArgumentException>(() =>
            LogWriter.Create(new MemoryStream(), new LogWriterOptions { CompressionType = compression, IsRecyclable = isRecyclable }));

    /// <summary>RocksDB's own reader reads the written logs, in all forms that the installed release supports.</summary>
    [SkippableTheory]
    [InlineData(false, CompressionType.None, 0)]
    [InlineData(true, CompressionType.None, 0)]
    [InlineData(false, CompressionType.Zstd, 3)]
    [InlineData(true, CompressionType.Zstd, 3)]
    [InlineData(false, CompressionType.Zstd, -131_072)]
    [InlineData(true, CompressionType.Zstd, 22)]
    public async Task RocksDB_reads_written_logs(bool isRecyclable, CompressionType compression, int level)
    {
        using var database = new TempDatabase();
        string path = database.PathOf("000077.log");
        var batch = new WriteBatchBuilder();
        List<string> expected = [];
        await using (LogWriter log = LogWriter.Open(
            path, new LogWriterOptions { IsRecyclable = isRecyclable, CompressionType = compression, CompressionLevel = level }))
        {
            for (int i = 1; i <= 61; i++)
            {
                byte[] value = Bytes(i == 61 ? 1_000_000 : i * i * i % 70_000, i);
                byte[] key = Bytes(i, i);
                batch.Clear((ulong)(i * 3)).Put(key, value).Delete(key, 5).Merge("operand"u8, key).LogData("note"u8);
                await log.WriteAsync(batch.Build());
                expected.Add(
                    $"{i * 3},3,{batch.Length} PUT(0) : 0x{Convert.ToHexString(key)} : 0x{Convert.ToHexString(value)} "
                    + $"DELETE(5) : 0x{Convert.ToHexString(key)} MERGE(0) : 0x6F706572616E64 : 0x{Convert.ToHexString(key)} ");
            }
        }

        // Sequence number, count, size, the offset (which RocksDB shows before a trailer) and the operations.
        string[] lines = Ldb.DumpWal(path, "--print_value");
        Assert.Equal(expected, lines.Select(line => string.Join(',', line.Split(',')[..3]) + " " + line.Split(',')[4]));
    }

    private static async Task<byte[]> Write(Written written)
    {
        var output = new MemoryStream();
        await using (LogWriter log = LogWriter.Create(output, OptionsOf(written), leaveOpen: true))
        {
            uint family = 0;
            foreach (byte[] record in written.Bytes)
            {
                if (written.HasControls)
                {
                    log.WriteTimestampSizes(new Dictionary<uint, int> { [family++] = 8 });
                }

                await log.WriteAsync(record);
            }

            Assert.Equal(written.Records.Length, log.RecordCount);
            await log.FlushAsync();
            Assert.Equal(log.Position, output.Length);
        }

        return output.ToArray();
    }

    private static LogWriterOptions OptionsOf(Written written) => new()
    {
        LogNumber = 77,
        IsRecyclable = written.IsRecyclable,
        CompressionType = written.Compression,
        CompressionLevel = written.Level,
        Predecessor = written.HasControls ? new PredecessorWalInfo(76, 1000, 5) : null,
    };

    private static byte[] Bytes(int length, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        for (int i = 0; i < length && seed % 3 == 0; i++)
        {
            bytes[i] &= 0x0F;
        }

        for (int i = 0; i < random.Next(4) && length > 0; i++)
        {
            int at = random.Next(length);
            bytes.AsSpan(at, random.Next(length - at)).Fill((byte)random.Next(256));
        }

        return bytes;
    }
}
