using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>What <see cref="LogWriter"/> writes is what was given to it, whatever that is.</summary>
public class LogWriterTests
{
    private const int BlockSize = 32768;

    /// <summary>Records, how the log is written, and in which pieces it is read.</summary>
    private sealed record Written(byte[][] Records, bool IsRecyclable, CompressionType Compression, bool HasControls, int Piece)
    {
        public override string ToString() =>
            $"{string.Join(' ', Records.Select(record => record.Length))}, {(IsRecyclable ? "recyclable" : "legacy")}, {Compression}, {HasControls}, {Piece}";
    }

    /// <summary>Lengths of all magnitudes, and such as leave 0 to 12 bytes in a block. Some have runs of a byte.</summary>
    private static Gen<byte[]> Record =>
        from length in Gen.OneOf(
            Gen.Choose(0, 100), Gen.Choose(0, 5000), Gen.Choose(BlockSize - 60, BlockSize + 20), Gen.Choose(0, 300_000))
        from seed in Gen.Choose(0, int.MaxValue)
        select Bytes(length, seed);

    private static Gen<Written> Cases =>
        from records in Record.ArrayOf().Resize(12)
        from isRecyclable in Gen.Elements(false, true)
        from compression in Gen.Elements(CompressionType.None, CompressionType.Zstd)
        from hasControls in Gen.Elements(false, true)
        from piece in Gen.Elements(1000, 7, BlockSize, BlockSize + 1, int.MaxValue)
        select new Written(records, isRecyclable, compression, hasControls, piece);

    [Fact]
    public void What_is_written_is_read() =>
        Prop.ForAll(Cases.ToArbitrary(), written =>
        {
            byte[] log = Write(written).GetAwaiter().GetResult();
            Assert.Equal(written.Records, WrittenLog.RecordsOfAsync(log, 77, written.Piece).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    /// <summary>The same bytes as the tests' own writer makes, which knows neither compression nor control records.</summary>
    [Fact]
    public void Fragments_are_those_of_another_writer() =>
        Prop.ForAll(Cases.ToArbitrary(), written =>
        {
            written = written with { Compression = CompressionType.None, HasControls = false };
            Assert.Equal(TempDatabase.LogOf(written.Records, written.IsRecyclable ? 77 : null), Write(written).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    [Fact]
    public async Task Timestamp_sizes_are_declared_once_and_before_what_needs_them()
    {
        var output = new MemoryStream();
        await using (LogWriter log = LogWriter.Create(output, new LogWriterOptions { TimestampSizes = new Dictionary<uint, int> { [0] = 8, [3] = 0 } }))
        {
            log.Write("a"u8);
            log.WriteTimestampSizes(new Dictionary<uint, int> { [0] = 8, [9] = 16 });
            log.Write("b"u8);
            Assert.Throws<ArgumentException>(() => log.WriteTimestampSizes(new Dictionary<uint, int> { [9] = 8 }));
        }

        await using WalReader reader = WalReader.Create(new MemoryStream(output.ToArray()), new WalReaderOptions { ThrowOnCorruption = true });
        Assert.True(await reader.ReadAsync());
        Assert.Equal([(0u, 8)], reader.TimestampSizes.ByColumnFamily.Select(pair => (pair.Key, pair.Value)));
        Assert.True(await reader.ReadAsync());
        Assert.Equal([(0u, 8), (9u, 16)], reader.TimestampSizes.ByColumnFamily.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal(2, reader.CountOf(FragmentType.UserDefinedTimestampSize));
    }

    [Fact]
    public async Task An_existing_file_is_not_written_over()
    {
        using var database = new TempDatabase();
        string path = database.Write("000010.log", "what is there"u8.ToArray());
        Assert.Throws<IOException>(() => LogWriter.Open(path));
        Assert.Equal("what is there"u8, File.ReadAllBytes(path));
        await using LogWriter log = LogWriter.Open(database.PathOf("000011.log"), new LogWriterOptions { IsRecyclable = false });
        Assert.Equal(11ul, log.LogNumber);
    }

    /// <summary>A pipe whose reader does not come after it holds a write back, and one whose reader goes ends it.</summary>
    [Fact]
    public async Task A_slow_reader_is_waited_for()
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
    public void What_RocksDB_does_not_write_is_refused(CompressionType compression, bool isRecyclable) =>
        Assert.ThrowsAny<ArgumentException>(() =>
            LogWriter.Create(new MemoryStream(), new LogWriterOptions { Compression = compression, IsRecyclable = isRecyclable }));

    /// <summary>RocksDB's own reader takes what is written, in all forms that the installed release knows.</summary>
    [SkippableTheory]
    [InlineData(false, CompressionType.None)]
    [InlineData(true, CompressionType.None)]
    [InlineData(false, CompressionType.Zstd)]
    [InlineData(true, CompressionType.Zstd)]
    public async Task RocksDB_reads_what_is_written(bool isRecyclable, CompressionType compression)
    {
        using var database = new TempDatabase();
        string path = database.PathOf("000077.log");
        var batch = new WriteBatchBuilder();
        ulong[] sequences = [.. Enumerable.Range(0, 60).Select(i => 1 + (ulong)i)];
        await using (LogWriter log = LogWriter.Open(path, new LogWriterOptions { IsRecyclable = isRecyclable, Compression = compression }))
        {
            foreach (ulong sequence in sequences)
            {
                byte[] value = Bytes((int)(sequence * sequence * sequence) % 70_000, (int)sequence);
                await log.WriteAsync(batch.Clear(sequence).Put("key"u8, value).LogData("note"u8).Build());
            }

            await log.WriteAsync(batch.Clear(61).Put("long"u8, Bytes(1_000_000, 1)).Build());
        }

        string[] lines = Ldb.DumpWal(path);
        Assert.Equal([.. sequences, 61ul], lines.Select(line => ulong.Parse(line.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static async Task<byte[]> Write(Written written)
    {
        var output = new MemoryStream();
        var options = new LogWriterOptions
        {
            LogNumber = 77,
            IsRecyclable = written.IsRecyclable,
            Compression = written.Compression,
            Predecessor = written.HasControls ? new PredecessorWalInfo(76, 1000, 5) : null,
        };
        await using (LogWriter log = LogWriter.Create(output, options, leaveOpen: true))
        {
            uint family = 0;
            foreach (byte[] record in written.Records)
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

    private static byte[] Bytes(int length, int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        for (int i = 0; i < random.Next(4) && length > 0; i++)
        {
            int at = random.Next(length);
            bytes.AsSpan(at, random.Next(length - at)).Fill((byte)random.Next(256));
        }

        return bytes;
    }
}
