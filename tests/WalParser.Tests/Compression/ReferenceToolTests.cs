using System.Diagnostics;
using System.Text;
using WalParser.Compression;
using WalParser.IO;
using WalParser.TestSupport.Processes;

namespace WalParser.Tests.Compression;

/// <summary>Round trips with the reference programs, if they are installed.</summary>
public sealed class ReferenceToolTests
{
    public static TheoryData<string, string> Commands => new()
    {
        { "zstd", "-1" }, { "zstd", "-3" }, { "zstd", "-19" }, { "zstd", "-3 --long=27" }, { "zstd", "--fast=3" },
        { "zstd", "-7 --no-check" },
        { "lz4", "-1" }, { "lz4", "-9 -B4 -BD" }, { "lz4", "-12 -BX" }, { "lz4", "-1 -B5 -BD -BX --no-frame-crc" },
    };

    [SkippableTheory]
    [MemberData(nameof(Commands))]
    public void Output_of_a_reference_program_is_decompressed(string tool, string arguments)
    {
        SystemProgram.SkipIfAbsent(tool);
        foreach (var (name, content) in Contents(arguments switch { "-19" => 300_000, "-1" or "-3" => 10_000_000, _ => 2_000_000 }))
        {
            var compressed = Run(tool, $"{arguments} -q -c", content);
            using var stream = CompressedCopy.Open(new MemoryStream(compressed), CompressedCopy.Recognise(compressed));
            using var read = new MemoryStream();
            stream.CopyTo(read);
            Assert.True(content.AsSpan().SequenceEqual(read.ToArray()), name);
            if (tool == "zstd")
            {
                var whole = new byte[content.Length];
                using var decoder = new ZstdDecoder();
                Assert.True(decoder.Decompress(compressed, whole).IsDone, name);
                Assert.True(content.AsSpan().SequenceEqual(whole), name);
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Contents(int size)
    {
        var random = new Random(20260101);
        yield return ("empty", []);
        yield return ("tiny", [1]);
        var noise = new byte[70_000];
        random.NextBytes(noise);
        yield return ("noise", noise);
        yield return ("zeros", new byte[size]);
        var skewed = new byte[size / 4];
        for (var i = 0; i < skewed.Length; i++)
        {
            skewed[i] = (byte)(64 + (int)(12 * Math.Pow(random.NextDouble(), 3)));
        }

        yield return ("skewed", skewed);
        var words = Enumerable.Range(0, 500)
            .Select(_ => random.Next(1 << 20).ToString("x", System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        var text = new StringBuilder();
        while (text.Length < size)
        {
            text.Append(words[(int)(words.Length * Math.Pow(random.NextDouble(), 2))]).Append(random.Next(9) == 0 ? "\n" : " ");
        }

        byte[] written = Encoding.ASCII.GetBytes(text.ToString());
        yield return ("text", written);
        using var compressed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(written);
        }

        yield return ("already compressed", compressed.ToArray());
        var mixed = new byte[size];
        for (var i = 0; i < size;)
        {
            var length = Math.Min(size - i, 1 + random.Next(1 << random.Next(12)));
            if (i > 0 && random.Next(2) == 0)
            {
                var distance = 1 + random.Next(Math.Min(i, 1 << random.Next(20)));
                for (var k = 0; k < length; k++)
                {
                    mixed[i + k] = mixed[i + k - distance];
                }
            }
            else
            {
                random.NextBytes(mixed.AsSpan(i, length));
            }

            i += length;
        }

        yield return ("mixed", mixed);
    }

    private static byte[] Run(string tool, string arguments, byte[] input)
    {
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(tool, arguments));
        ChildResult result = process.End(input);
        Assert.True(result.ExitCode == 0, $"{tool} {arguments} ended with {result.ExitCode}: {result.Error}");
        return result.OutputBytes;
    }
}
