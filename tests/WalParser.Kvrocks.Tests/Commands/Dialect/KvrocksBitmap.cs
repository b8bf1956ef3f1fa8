using System.Globalization;

namespace WalParser.Kvrocks.Tests.Commands.Dialect;

/// <summary>
/// A bitmap of Kvrocks in fragments, as its sources change it (<c>src/types/redis_bitmap.cc</c>): SETBIT counts the bits of a byte from the
/// least significant one, BITFIELD from the most significant one, and both may store more bytes than the bitmap has.
/// </summary>
internal sealed class KvrocksBitmap
{
    private const int FragmentSize = 1024;

    private readonly SortedDictionary<long, byte[]> _fragments = [];

    public long Size { get; private set; }

    public KvrocksBitmap Clone()
    {
        var copy = new KvrocksBitmap { Size = Size };
        foreach ((long index, byte[] fragment) in _fragments)
        {
            copy._fragments[index] = [.. fragment];
        }

        return copy;
    }

    /// <summary>Bitmap::SetBit and ExpandBitmapSegment.</summary>
    public void SetBit(long offset, bool value)
    {
        long index = offset / 8 / FragmentSize;
        int at = (int)(offset / 8 % FragmentSize);
        byte[] fragment = _fragments.GetValueOrDefault(index, []);
        if (at >= fragment.Length)
        {
            int longer = at + 1 > 2 * fragment.Length ? at + 1 : Math.Min(2 * fragment.Length, FragmentSize);
            Array.Resize(ref fragment, longer);
        }

        int mask = 1 << (int)(offset % 8);
        fragment[at] = (byte)(value ? fragment[at] | mask : fragment[at] & ~mask);
        _fragments[index] = fragment;
        Size = Math.Max(Size, (offset / 8) + 1);
    }

    /// <summary>Bitmap::runBitfieldOperationsWithCache for SET, and SegmentCacheStore::BatchForFlush.</summary>
    public void Bitfield(string[] operations)
    {
        HashSet<long> dirty = [];
        foreach (string[] operation in operations.Chunk(4))
        {
            Assert.Equal("SET", operation[0]);
            Assert.Equal('u', operation[1][0]);
            int bits = int.Parse(operation[1][1..], CultureInfo.InvariantCulture);

            // "#N" is not an integer, so that Kvrocks refuses it.
            uint offset = uint.Parse(operation[2], NumberStyles.None, CultureInfo.InvariantCulture);
            ulong value = ulong.Parse(operation[3], NumberStyles.None, CultureInfo.InvariantCulture);
            Assert.InRange(value, 0UL, (1UL << bits) - 1);
            for (int i = 0; i < bits; i++)
            {
                long bit = offset + i;
                long index = bit / 8 / FragmentSize;
                int at = (int)(bit / 8 % FragmentSize);
                byte[] fragment = _fragments.GetValueOrDefault(index, []);
                if (at >= fragment.Length)
                {
                    Array.Resize(ref fragment, at + 1);
                }

                int mask = 0x80 >> (int)(bit % 8);
                bool isSet = ((value >> (bits - 1 - i)) & 1) != 0;
                fragment[at] = (byte)(isSet ? fragment[at] | mask : fragment[at] & ~mask);
                _fragments[index] = fragment;
                dirty.Add(index);
            }
        }

        foreach (long index in dirty)
        {
            Size = Math.Max(Size, (index * FragmentSize) + _fragments[index].Length);
        }
    }

    /// <summary>Returns the bitmap in Redis's order of bits (Bitmap::GetString).</summary>
    public byte[] ToRedis()
    {
        byte[] bytes = new byte[Size];
        foreach ((long index, byte[] fragment) in _fragments)
        {
            for (int i = 0; i < fragment.Length && (index * FragmentSize) + i < Size; i++)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    bytes[(index * FragmentSize) + i] |= (byte)(((fragment[i] >> bit) & 1) << (7 - bit));
                }
            }
        }

        return bytes;
    }
}
