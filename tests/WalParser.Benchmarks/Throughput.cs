using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Benchmarks;

/// <summary>
/// Measures how fast logs are read, as ratios within one run, so that other load on the machine matters little. All implementations take
/// turns for several rounds, and the best time of each counts. The unit is reading the file into one buffer of 1 MiB and computing a
/// CRC-32C of it with the processor's instruction, 8 bytes at a time.
/// </summary>
internal static class Throughput
{
    public static async Task<int> RunAsync(int megabytes, int rounds)
    {
        string path = SmallBatches.File(megabytes);
        long size = new FileInfo(path).Length;
        (string Name, Func<string, Task<long>> Run)[] ways =
        [
            ("bare read", path => Task.FromResult(Read(path, withChecksum: false))),
            ("read and Crc32C by 8 bytes (the unit)", path => Task.FromResult(Read(path, withChecksum: true))),
            ("framing with checksums", FrameAsync),
            ("framing and every operation", IterateAsync),
        ];
        var best = new TimeSpan[ways.Length];
        var counts = new long[ways.Length];
        var allocated = new long[ways.Length];
        Array.Fill(best, TimeSpan.MaxValue);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                counts[i] = await ways[i].Run(path);
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
                best[i] = elapsed < best[i] ? elapsed : best[i];
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {size:N0} bytes, {counts[2]:N0} records, {counts[3]:N0} operations, best of {rounds} rounds"));
        Console.WriteLine($"{"",-40} {"GB/s",8} {"x unit",8} {"x bare",8} {"allocated",12}");
        for (int i = 0; i < ways.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{ways[i].Name,-40} {size / best[i].TotalSeconds / 1e9,8:F2} {best[1] / best[i],8:F2} {best[0] / best[i],8:F2} "
                    + $"{allocated[i],12:N0}"));
        }

        return 0;
    }

    private static long Read(string path, bool withChecksum)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        byte[] buffer = new byte[1 << 20];
        uint crc = ~0u;
        long offset = 0;
        int read;
        while ((read = RandomAccess.Read(file, buffer, offset)) > 0)
        {
            if (withChecksum)
            {
                foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(buffer.AsSpan(0, read)))
                {
                    crc = BitOperations.Crc32C(crc, word);
                }
            }

            offset += read;
        }

        return crc;
    }

    private static async Task<long> FrameAsync(string path)
    {
        long records = 0;
        await using WalReader reader = WalReader.Open(path);
        while (await reader.ReadAsync())
        {
            if (reader.Kind != WalEntryKind.Record)
            {
                throw new InvalidDataException(reader.Finding.ToString());
            }

            records++;
        }

        return records;
    }

    private static async Task<long> IterateAsync(string path)
    {
        long operations = 0;
        long bytes = 0;
        await using WalReader reader = WalReader.Open(path);
        while (await reader.ReadAsync())
        {
            foreach (WriteBatchOperation operation in new WriteBatch(reader.Record))
            {
                operations++;
                bytes += operation.Key.Length + operation.Value.Length;
            }
        }

        return bytes > 0 ? operations : 0;
    }
}
