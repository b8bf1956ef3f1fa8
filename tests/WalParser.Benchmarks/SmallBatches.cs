using System.Text;
using WalParser.TestSupport.Logs;

namespace WalParser.Benchmarks;

/// <summary>The log for measurements: seeded batches of 1 to 8 puts of 20 to 400 bytes each (key and value together).</summary>
internal static class SmallBatches
{
    public const int KeySize = 16;

    private const int Seed = 20260;

    /// <summary>
    /// Returns the path of such a log of about <paramref name="megabytes"/> megabytes. It is created if it does not exist.
    /// </summary>
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
        var log = new LogBuilder(output);
        Generate(size, isText: false, payload => log.Record(payload));
    }

    public delegate void PayloadHandler(ReadOnlySpan<byte> payload);

    /// <summary>Generates batches with a total of <paramref name="size"/> bytes, with values of random bytes or of words.</summary>
    public static void Generate(long size, bool isText, PayloadHandler onPayload)
    {
        var random = new Random(Seed);
        var batch = new BatchBuilder();
        byte[] bytes = new byte[400];
        ulong sequence = 1;
        for (long made = 0; made < size;)
        {
            int puts = random.Next(1, 9);
            batch.Reset();
            for (int i = 0; i < puts; i++)
            {
                Span<byte> put = bytes.AsSpan(0, random.Next(20, 401));
                Fill(put, random, isText);
                batch.Put(put[..KeySize], put[KeySize..]);
            }

            ReadOnlySpan<byte> payload = batch.Build(sequence);
            onPayload(payload);
            sequence += (ulong)puts;
            made += payload.Length + 7;
        }
    }

    private static void Fill(Span<byte> bytes, Random random, bool isText)
    {
        if (!isText)
        {
            random.NextBytes(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> word = Words[random.Next(Words.Length)];
            int length = Math.Min(word.Length, bytes.Length);
            word[..length].CopyTo(bytes);
            bytes = bytes[length..];
        }
    }

    private static readonly byte[][] Words =
    [
        .. ("user: session: {\"id\": \"name\": \"created_at\": 2026-11- true false null order item price quantity customer address "
            + "status: pending shipped ").Split(' ').Select(word => Encoding.ASCII.GetBytes(word + " ")),
    ];
}
