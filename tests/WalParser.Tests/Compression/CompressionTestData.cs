using System.Globalization;
using System.Security.Cryptography;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Compression;

/// <summary>Reads reference files that other programs compressed, and the records of compressed logs.</summary>
internal static class CompressionTestData
{
    public static byte[] Reference(string name) => File.ReadAllBytes(TestFiles.Committed($"compression/{name}"));

    /// <summary>Returns the reference files with one of the extensions, with the size and the SHA-256 of their content.</summary>
    public static IReadOnlyList<ReferenceFile> References(params string[] extensions) =>
        [.. File.ReadLines(TestFiles.Committed("compression/contents.txt"))
            .Select(line => line.Split(' '))
            .Where(fields => extensions.Contains(Path.GetExtension(fields[0])))
            .Select(fields => new ReferenceFile(fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), fields[2]))];

    public static string Sha256(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>Returns the payloads of the logical records of a log and the fragments that each consists of.</summary>
    public static IEnumerable<(long Offset, byte[][] Fragments)> Records(string path)
    {
        const int blockSize = 32 * 1024;
        var log = File.ReadAllBytes(path);
        var fragments = new List<byte[]>();
        var start = 0;
        for (var position = 0; position + 7 <= log.Length;)
        {
            if (blockSize - (position % blockSize) < 7)
            {
                position += blockSize - (position % blockSize);
                continue;
            }

            var length = log[position + 4] | (log[position + 5] << 8);
            int type = log[position + 6];
            var header = type is >= 5 and <= 8 ? 11 : 7;
            if (type == 0)
            {
                yield break;
            }

            if (type <= 8)
            {
                var kind = type > 4 ? type - 4 : type;
                if (kind is 1 or 2)
                {
                    fragments.Clear();
                    start = position;
                }

                fragments.Add(log.AsSpan(position + header, length).ToArray());
                if (kind is 1 or 4)
                {
                    yield return (start, [.. fragments]);
                }
            }

            position += header + length;
        }
    }

    internal sealed record ReferenceFile(string Name, int Size, string Sha256)
    {
        public override string ToString() => Name;
    }
}
