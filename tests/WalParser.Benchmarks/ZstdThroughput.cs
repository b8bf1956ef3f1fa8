using System.Globalization;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Benchmarks;

/// <summary>
/// Measures how fast compressed logs are read and written, compared with libzstd on the same frames and records in the same run. The
/// records are the seeded small batches, first with values of words, which compress, and then with random values, which do not.
/// </summary>
internal static class ZstdThroughput
{
    private static readonly LogWriterOptions Compressed = new() { CompressionType = CompressionType.Zstd };

    public static async Task<int> RunAsync(int megabytes)
    {
        if (!NativeZstd.IsInstalled)
        {
            Console.WriteLine("(libzstd.so.1 is not installed; there is no reference)");
        }

        Rounds.WriteHeading("libzstd");
        foreach (bool isText in new[] { true, false })
        {
            await MeasureAsync(isText, megabytes);
        }

        return 0;
    }

    private static async Task MeasureAsync(bool isText, int megabytes)
    {
        using NativeZstd? native = NativeZstd.IsInstalled ? new NativeZstd() : null;
        string path = Path.Combine(Path.GetTempPath(), $"walparser-{Guid.NewGuid():N}.log");
        try
        {
            var (records, frames) = Make(path, isText, megabytes);
            byte[] output = new byte[1 << 20];
            using var decoder = new ZstdDecoder();
            string name = string.Create(
                CultureInfo.InvariantCulture,
                $"{(isText ? "words" : "random")}, {frames.Count:N0} records, {records.Size >> 20} MB, compressed to "
                    + $"{100.0 * frames.Size / records.Size:F0} %");
            (string Name, bool Compresses, Func<Task<long>> Run)[] reading =
            [
                ("libzstd on the frames", false, () => Task.FromResult(frames.Sum(frame => native!.Decompress(frame, output)))),
                (
                    "the library's decoder on the frames",
                    false,
                    () => Task.FromResult(frames.Sum(frame => decoder.Decompress(frame, output).Written))),
                ("WalReader on the log", false, () => ReadAsync(path)),
            ];
            (string Name, bool Compresses, Func<Task<long>> Run)[] writing =
            [
                ("libzstd compresses the records", true, () => Task.FromResult(records.Sum(record => native!.Compress(record, output)))),
                ("LogWriter writes the records to no file", true, () => Task.FromResult(Write(records))),
            ];
            await Rounds.MeasureAsync($"reading: {name}", records.Size, native is null ? reading[1..] : reading, native is not null);
            await Rounds.MeasureAsync($"writing: {name}", records.Size, native is null ? writing[1..] : writing, native is not null);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<long> ReadAsync(string path)
    {
        long size = 0;
        await using WalReader reader = WalReader.Open(path);
        while (await reader.ReadAsync())
        {
            size += reader.Record.Payload.Length;
        }

        return size;
    }

    private static long Write(Pieces records)
    {
        using LogWriter log = LogWriter.Create(Stream.Null, Compressed);
        return records.Sum(record =>
        {
            long before = log.Position;
            log.Write(record);
            FlushNowAndThen(log);
            return (int)(log.Position - before);
        });
    }

    /// <summary>Creates the records, the frames that the writer makes of them, and the log.</summary>
    private static (Pieces Records, Pieces Frames) Make(string path, bool isText, int megabytes)
    {
        var records = new Pieces();
        var frames = new Pieces();
        using var compressor = new ZstdCompressor(Compressed.CompressionLevel);
        using LogWriter log = LogWriter.Open(path, Compressed);
        byte[] frame = new byte[1 << 20];
        SmallBatches.Generate((long)megabytes << 20, isText, record =>
        {
            int taken = 0;
            compressor.Begin();
            if (!compressor.Compress(record, ref taken, frame, out int length))
            {
                throw new InvalidOperationException("A frame is longer than its buffer.");
            }

            records.Add(record);
            frames.Add(frame.AsSpan(0, length));
            log.Write(record);
            FlushNowAndThen(log);
        });
        return (records, frames);
    }

    /// <summary>A writer that does not wait keeps its output in memory until it is flushed.</summary>
    private static void FlushNowAndThen(LogWriter log)
    {
        if (log.RecordCount % 100 == 0)
        {
            log.Flush();
        }
    }
}
