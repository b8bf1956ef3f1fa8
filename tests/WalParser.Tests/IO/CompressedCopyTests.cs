using System.IO.Compression;
using WalParser.Checksums;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Testing.Delivery;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;

namespace WalParser.Tests.IO;

/// <summary>A compressed copy of a log is read like the log itself.</summary>
public class CompressedCopyTests
{
    private const string Original = "kvrocks/types/db/000010.log";

    private static byte[] Log => File.ReadAllBytes(TestFiles.Committed(Original));

    [SkippableTheory]
    [InlineData(CompressedCopyFormat.Zstd, "zstd", "-q", "-c")]
    [InlineData(CompressedCopyFormat.Lz4, "lz4", "-q", "-c")]
    [InlineData(CompressedCopyFormat.Gzip, "gzip", "-c")]
    public async Task A_copy_made_by_another_program_is_read(CompressedCopyFormat format, string program, params string[] arguments)
    {
        SystemProgram.SkipIfAbsent(program);
        using ChildProcess process = ChildProcess.Start(program, arguments);
        ChildResult result = await process.EndAsync(Log);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        await CheckAsync(result.OutputBytes, format);
    }

    [Fact]
    public Task A_gzip_copy_is_read() => CheckAsync(Gzip(Log), CompressedCopyFormat.Gzip);

    [Fact]
    public Task A_Snappy_copy_is_read() => CheckAsync(SnappyFrames(Log), CompressedCopyFormat.Snappy);

    private static async Task CheckAsync(byte[] copy, CompressedCopyFormat format)
    {
        var options = new WalReaderOptions { FileName = "000010.log", DecompressCopies = true };
        List<string> expected = await Transcript.OfAsync(Log, options);
        foreach (int[] sizes in new[] { [1], [7, 100_003], new[] { int.MaxValue } })
        {
            await using WalReader reader = WalReader.Create(new PiecewiseStream(copy, sizes, PieceTiming.Alternating), options);
            Assert.Equal(expected, await Transcript.OfAsync(reader));
            Assert.Equal(format, reader.CopyFormat);
        }

        // By path, the name without the suffix of the copy contains the log number.
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "000010.log.any");
        await File.WriteAllBytesAsync(path, copy);
        await using (WalReader reader = WalReader.Open(path, options with { DecompressCopies = false }))
        {
            Assert.Equal(expected, await Transcript.OfAsync(reader));
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        // Decompression is not requested here.
        await using WalReader plain = WalReader.Create(new MemoryStream(copy), options with { DecompressCopies = false });
        Assert.NotEqual(expected, await Transcript.OfAsync(plain));
        Assert.Equal(CompressedCopyFormat.None, plain.CopyFormat);
    }

    [Fact]
    public async Task Consecutive_members_are_one_copy()
    {
        byte[] log = Log;
        await CheckAsync([.. Gzip(log[..30_000]), .. Gzip([]), .. Gzip(log[30_000..])], CompressedCopyFormat.Gzip);
    }

    [Fact]
    public void TryRead_returns_the_records_of_a_copy_opened_by_path()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "000010.log.gz");
        File.WriteAllBytes(path, Gzip(Log));
        int records = 0;
        using (WalReader reader = WalReader.Open(path))
        {
            while (reader.TryRead())
            {
                records++;
            }

            Assert.NotNull(reader.End);
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        Assert.Equal(196, records);
    }

    [Fact]
    public async Task A_truncated_copy_returns_its_content_and_reports_the_damage()
    {
        foreach (byte[] copy in new[] { Gzip(Log), SnappyFrames(Log) })
        {
            List<string> whole = Records(await Transcript.OfAsync(Log));
            for (int length = copy.Length - 1; length > 20; length = length * 2 / 3)
            {
                await using WalReader reader = WalReader.Create(
                    new MemoryStream(copy[..length]), new WalReaderOptions { DecompressCopies = true });
                List<string> lines = await Transcript.OfAsync(reader);
                List<string> records = Records(lines);
                Assert.Equal(whole[..records.Count], records);
                Assert.Contains("damaged copy: ", lines[^2], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Damage_to_a_copy_is_reported_after_the_records_before_it()
    {
        byte[] copy = SnappyFrames(Log);
        copy[copy.Length / 2] ^= 0x10;
        await using WalReader reader = WalReader.Create(new MemoryStream(copy), new WalReaderOptions { DecompressCopies = true });
        bool hasRecords = false;
        Finding? last = null;
        while (await reader.ReadAsync())
        {
            hasRecords |= reader.Kind == WalEntryKind.Record;
            last = reader.Kind == WalEntryKind.Finding ? reader.Finding : last;
        }

        Assert.True(hasRecords);
        Assert.NotNull(last);
        Assert.Equal(FindingKind.DamagedCopy, last.Kind);
        Assert.True(last.IsBeyondRocksDb);
        Assert.InRange(last.Offset, 1, Log.Length);
    }

    /// <summary>A log begins with a checksum, which may be any four bytes: here the first bytes of a Snappy or gzip file.</summary>
    [Fact]
    public async Task A_log_that_begins_like_a_copy_is_a_log()
    {
        var output = new MemoryStream();
        var batch = new BatchBuilder();
        uint value = 0;
        byte[] log;
        do
        {
            output.SetLength(0);
            new LogBuilder(output).Record(batch.Reset().Put("key"u8, BitConverter.GetBytes(value++)).Build(1));
            log = output.ToArray();
        }
        while (log[0] != 0x1F || log[1] != 0x8B);

        await using WalReader reader = WalReader.Create(new MemoryStream(log), new WalReaderOptions { DecompressCopies = true });
        Assert.True(await reader.ReadAsync());
        Assert.Equal(WalEntryKind.Record, reader.Kind);
        Assert.Equal(CompressedCopyFormat.None, reader.CopyFormat);
    }

    private static List<string> Records(List<string> lines) =>
        [.. lines.Where(line => line.StartsWith("record ", StringComparison.Ordinal))];

    private static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    /// <summary>Writes the framing format with uncompressed chunks, each with its checksum.</summary>
    private static byte[] SnappyFrames(byte[] bytes)
    {
        List<byte> output = [0xFF, 6, 0, 0, .. "sNaPpY"u8];
        foreach (byte[] chunk in bytes.Chunk(10_000))
        {
            uint crc = Crc32C.Mask(Crc32C.Compute(chunk));
            int length = chunk.Length + 4;
            output.AddRange([1, (byte)length, (byte)(length >> 8), (byte)(length >> 16), .. BitConverter.GetBytes(crc), .. chunk]);
        }

        return [.. output];
    }
}
