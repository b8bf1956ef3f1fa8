using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Tests.Fixtures;

namespace WalParser.Benchmarks;

/// <summary>
/// How fast compressed logs are read, against libzstd on the same frames in the same run: the seeded small batches, once with
/// values of words, which compress, and once with random ones, which do not.
/// </summary>
internal static class ZstdThroughput
{
    private const int Rounds = 5;

    public static async Task<int> RunAsync(int megabytes)
    {
        Console.WriteLine($"{"",-44} {"GB/s",8} {"x libzstd",10}");
        if (!NativeZstd.IsInstalled)
        {
            Console.WriteLine("(libzstd.so.1 is not installed: the frames hold what they hold uncompressed, and there is nothing to compare with)");
        }

        foreach (bool isText in new[] { true, false })
        {
            await MeasureAsync(isText, megabytes);
        }

        return 0;
    }

    private static async Task MeasureAsync(bool isText, int megabytes)
    {
        using NativeZstd? native = NativeZstd.IsInstalled ? new NativeZstd() : null;
        (string path, byte[] frames, int[] lengths, long size) = Make(native, isText, megabytes);
        byte[] output = new byte[1 << 20];
        using var decoder = new ZstdDecoder();
        TimeSpan nativeBest = TimeSpan.MaxValue, decoderBest = TimeSpan.MaxValue, readerBest = TimeSpan.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            if (native is not null)
            {
                nativeBest = Best(nativeBest, () => Sum(frames, lengths, frame => native.Decompress(frame, output)), size);
            }

            decoderBest = Best(decoderBest, () => Sum(frames, lengths, frame => decoder.Decompress(frame, output).Written), size);
            long start = Stopwatch.GetTimestamp();
            long read = await ReadAsync(path);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            readerBest = elapsed < readerBest ? elapsed : readerBest;
            if (read != size)
            {
                throw new InvalidDataException($"{read} bytes were read of {size}.");
            }
        }

        string name = $"{(isText ? "words" : "random")}, {lengths.Length:N0} records, {size >> 20} MB, compressed to {100.0 * frames.Length / size:F0} %";
        Console.WriteLine(name);
        (string Way, TimeSpan Best)[] ways =
        [
            ("libzstd on the frames", nativeBest), ("ZstdDecoder on the frames", decoderBest), ("WalReader on the log", readerBest),
        ];
        foreach ((string way, TimeSpan best) in native is null ? ways[1..] : ways)
        {
            string ratio = native is null ? "" : (nativeBest / best).ToString("F2", CultureInfo.InvariantCulture);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {way,-42} {size / best.TotalSeconds / 1e9,8:F2} {ratio,10}"));
        }

        File.Delete(path);
    }

    private delegate int Decompress(ReadOnlySpan<byte> frame);

    private static long Sum(byte[] frames, int[] lengths, Decompress decompress)
    {
        long sum = 0;
        int position = 0;
        foreach (int length in lengths)
        {
            sum += decompress(frames.AsSpan(position, length));
            position += length;
        }

        return sum;
    }

    private static TimeSpan Best(TimeSpan best, Func<long> run, long size)
    {
        long start = Stopwatch.GetTimestamp();
        long sum = run();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (sum != size)
        {
            throw new InvalidDataException($"{sum} bytes were decompressed of {size}.");
        }

        return elapsed < best ? elapsed : best;
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

    private static (string Path, byte[] Frames, int[] Lengths, long Size) Make(NativeZstd? native, bool isText, int megabytes)
    {
        string path = Path.Combine(Path.GetTempPath(), $"walparser-{Guid.NewGuid():N}.log");
        using FileStream file = File.Create(path, 1 << 20);
        var log = new LogBuilder(file).Fragment(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]);
        var frames = new MemoryStream();
        List<int> lengths = [];
        long size = 0;
        byte[] frame = new byte[1 << 20];
        SmallBatches.Generate((long)megabytes << 20, isText, payload =>
        {
            int length = native is null ? Store(payload, frame) : native.Compress(payload, frame);
            log.Record(frame.AsSpan(0, length));
            frames.Write(frame, 0, length);
            lengths.Add(length);
            size += payload.Length;
        });
        return (path, frames.ToArray(), [.. lengths], size);
    }

    /// <summary>A frame of one raw block (RFC 8878): single segment, 4 bytes of content size, a last block, no checksum.</summary>
    private static int Store(ReadOnlySpan<byte> payload, Span<byte> frame)
    {
        ReadOnlySpan<byte> magicAndDescriptor = [0x28, 0xB5, 0x2F, 0xFD, 0xA0];
        magicAndDescriptor.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[5..], payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[9..], (payload.Length << 3) | 1);
        payload.CopyTo(frame[12..]);
        return 12 + payload.Length;
    }
}
