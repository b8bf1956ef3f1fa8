using System.Buffers.Binary;
using System.Numerics;
using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

// The format (Kvrocks, src/types/bloom_filter.cc), which is that of Apache Parquet: blocks of 8 words of 32 bits, little-endian. An item
// belongs to the block that the upper half of its hash selects; the lower half, multiplied by a constant for each word, selects a bit in
// each word.

/// <summary>
/// A filter of a chain of Bloom filters, read in place: a split-block Bloom filter. It points into the bytes that it was read from.
/// </summary>
public readonly ref struct BloomFilter
{
    private const int WordsPerBlock = 8;
    private const int BlockSize = WordsPerBlock * sizeof(uint);
    private const int WordBits = 32;
    private const int LargestSize = 128 * 1024 * 1024;

    private static readonly uint[] Salt =
        [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    private readonly ReadOnlySpan<byte> _blocks;

    private BloomFilter(ReadOnlySpan<byte> blocks) => _blocks = blocks;

    /// <summary>The size, in bytes.</summary>
    public int Size => _blocks.Length;

    /// <summary>The number of bits that are set.</summary>
    public long BitsSet
    {
        get
        {
            long bits = 0;
            for (int i = 0; i < _blocks.Length; i += sizeof(uint))
            {
                bits += BitOperations.PopCount(BinaryPrimitives.ReadUInt32LittleEndian(_blocks[i..]));
            }

            return bits;
        }
    }

    /// <summary>
    /// The probability that <see cref="MayContain"/> returns true for an item that was not added, calculated from the bits that are set:
    /// the mean over all blocks of the probability that a random bit of each word is set.
    /// </summary>
    public double FalsePositiveRate
    {
        get
        {
            double sum = 0;
            for (int block = 0; block < _blocks.Length; block += BlockSize)
            {
                double product = 1;
                for (int i = 0; i < BlockSize; i += sizeof(uint))
                {
                    product *= (double)BitOperations.PopCount(BinaryPrimitives.ReadUInt32LittleEndian(_blocks[(block + i)..])) / WordBits;
                }

                sum += product;
            }

            return sum * BlockSize / _blocks.Length;
        }
    }

    /// <summary>
    /// Reads the stored value of a filter. Returns false if its size is not a power of two from 32 bytes to 128 MiB, as Kvrocks requires.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out BloomFilter filter)
    {
        bool isSize = value.Length is >= BlockSize and <= LargestSize && BitOperations.IsPow2(value.Length);
        filter = isSize ? new BloomFilter(value) : default;
        return isSize;
    }

    /// <summary>Returns false if the item was never added; true if it was, or if other items have set the same bits.</summary>
    /// <param name="item">The item.</param>
    public bool MayContain(ReadOnlySpan<byte> item)
    {
        if (_blocks.IsEmpty)
        {
            return false;
        }

        ulong hash = XxHash64.Of(item);
        int block = (int)(((hash >> 32) * (ulong)(_blocks.Length / BlockSize)) >> 32);
        ReadOnlySpan<byte> words = _blocks.Slice(block * BlockSize, BlockSize);
        for (int i = 0; i < WordsPerBlock; i++)
        {
            uint mask = 1u << (int)(((uint)hash * Salt[i]) >> 27);
            if ((BinaryPrimitives.ReadUInt32LittleEndian(words[(i * sizeof(uint))..]) & mask) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
