using WalParser.Tests.Fixtures;

namespace WalParser.Benchmarks;

/// <summary>The log that is measured on: seeded, of batches of 1 to 8 puts of 20 to 400 bytes (key and value together).</summary>
internal static class SmallBatches
{
    public const int KeySize = 16;

    private const int Seed = 20260;

    /// <summary>The path of such a log of about <paramref name="megabytes"/>, made now unless it was before.</summary>
    public static string File(int megabytes)
    {
        string folder = Path.Combine(Path.GetTempPath(), "walparser-benchmarks");
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{megabytes:D6}.log");
        long size = (long)megabytes << 20;
        if (System.IO.File.Exists(path) && new FileInfo(path).Length >= size)
        {
            return path;
        }

        using (FileStream output = new(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            Write(output, size);
        }

        System.IO.File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    public static void Write(Stream output, long size)
    {
        var random = new Random(Seed);
        var log = new LogBuilder(output);
        var batch = new BatchBuilder();
        byte[] bytes = new byte[400];
        ulong sequence = 1;
        long written = 0;
        while (written < size)
        {
            int puts = random.Next(1, 9);
            batch.Reset();
            for (int i = 0; i < puts; i++)
            {
                Span<byte> put = bytes.AsSpan(0, random.Next(20, 401));
                random.NextBytes(put);
                batch.Put(put[..KeySize], put[KeySize..]);
            }

            ReadOnlySpan<byte> payload = batch.Build(sequence);
            log.Record(payload);
            sequence += (ulong)puts;
            written += payload.Length + 7;
        }
    }
}
