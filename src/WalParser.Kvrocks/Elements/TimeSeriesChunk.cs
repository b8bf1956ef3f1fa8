using System.Buffers.Binary;
using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

// The format (Kvrocks, src/types/timeseries.cc): the header is big-endian; the samples are copied from memory, so they are little-endian.
//
//   +-----------+-----------+ +---------------+-----------+
//   | flags (4) | count (4) | | timestamp (8) | value (8) | for each sample
//   +-----------+-----------+ +---------------+-----------+
//
// Bit 0 of the flags means that the chunk is compressed, which no server writes yet. A chunk in which samples were replaced may have unused
// bytes at its end.

/// <summary>A chunk of a time series, read in place: it points into the bytes that it was read from.</summary>
public readonly ref struct TimeSeriesChunk
{
    private const int SampleSize = sizeof(ulong) + sizeof(double);

    private readonly ReadOnlySpan<byte> _samples;

    private TimeSeriesChunk(ReadOnlySpan<byte> samples) => _samples = samples;

    /// <summary>The number of samples.</summary>
    public int Count => _samples.Length / SampleSize;

    /// <summary>Returns a sample. A server writes them in the order of their timestamps.</summary>
    /// <param name="index">The index of the sample, from 0 up to, not including, <see cref="Count"/>.</param>
    public TimeSeriesSample this[int index]
    {
        get
        {
            ReadOnlySpan<byte> sample = _samples.Slice(index * SampleSize, SampleSize);
            return new TimeSeriesSample(
                BinaryPrimitives.ReadUInt64LittleEndian(sample), BinaryPrimitives.ReadDoubleLittleEndian(sample[sizeof(ulong)..]));
        }
    }

    /// <summary>Reads a chunk. Returns false if the bytes are too short for its samples, or if it is compressed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out TimeSeriesChunk chunk)
    {
        chunk = default;
        var reader = new BigEndianReader(value);
        if (!reader.TryRead32(out uint flags)
            || (flags & 1) != 0
            || !reader.TryRead32(out uint count)
            || count > (uint)reader.Rest.Length / SampleSize)
        {
            return false;
        }

        chunk = new TimeSeriesChunk(reader.Rest[..((int)count * SampleSize)]);
        return true;
    }
}
