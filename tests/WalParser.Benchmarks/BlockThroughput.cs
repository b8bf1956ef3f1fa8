using System.Globalization;
using K4os.Compression.LZ4;
using WalParser.Compression;

namespace WalParser.Benchmarks;

/// <summary>
/// Measures how fast <see cref="DecompressorRegistry"/> decompresses blocks, as in blob values, compared with the package on the same
/// blocks. The blocks are the seeded small batches, one in each block, first with values of words and then with random values.
/// </summary>
internal static class BlockThroughput
{
    private delegate int Compress(ReadOnlySpan<byte> content, Span<byte> block);

    public static int Run(int megabytes)
    {
        Rounds.WriteHeading("package");
        byte[] output = new byte[1 << 20];
        (CompressionType Type, string Package, Compress Compress, Pieces.Process Decompress)[] formats =
        [
            (CompressionType.Lz4, "K4os.Compression.LZ4", CompressLz4, block => LZ4Codec.Decode(block[SizeLength(block)..], output)),
            (
                CompressionType.Snappy,
                "Snappier",
                (content, block) => Snappier.Snappy.Compress(content, block),
                block => Snappier.Snappy.Decompress(block, output)),
        ];
        foreach ((CompressionType type, string package, Compress compress, Pieces.Process decompress) in formats)
        {
            foreach (bool isText in new[] { true, false })
            {
                var blocks = new Pieces();
                byte[] block = new byte[1 << 20];
                long size = 0;
                SmallBatches.Generate((long)megabytes << 20, isText, content =>
                {
                    blocks.Add(block.AsSpan(0, compress(content, block)));
                    size += content.Length;
                });
                string name = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{type}, {(isText ? "words" : "random")}, {blocks.Count:N0} blocks, {size >> 20} MB, compressed to "
                        + $"{100.0 * blocks.Size / size:F0} %");
                Rounds.MeasureAsync(name, size,
                [
                    ($"{package} on the blocks", false, () => Task.FromResult(blocks.Sum(decompress))),
                    ("DecompressorRegistry on the blocks", false,
                        () => Task.FromResult(blocks.Sum(one => DecompressorRegistry.Default.Decompress(type, one, output).Written))),
                ]).GetAwaiter().GetResult();
            }
        }

        return 0;
    }

    /// <summary>Compresses to an LZ4 block as RocksDB does, with the size of the content as a varint before the block.</summary>
    private static int CompressLz4(ReadOnlySpan<byte> content, Span<byte> block)
    {
        int length = 0;
        for (uint size = (uint)content.Length; ; size >>= 7)
        {
            block[length++] = (byte)(size < 128 ? size : size | 128);
            if (size < 128)
            {
                return length + LZ4Codec.Encode(content, block[length..]);
            }
        }
    }

    private static int SizeLength(ReadOnlySpan<byte> block) => block.IndexOfAnyInRange((byte)0, (byte)127) + 1;
}
