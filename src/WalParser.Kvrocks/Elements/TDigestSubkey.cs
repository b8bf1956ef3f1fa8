using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The subkey of an element of a t-digest (Kvrocks, <c>src/types/redis_tdigest.cc</c>): the byte 0 for the buffer, or the byte 1, a mean
/// and, in newer versions, a number for a centroid.
/// </summary>
/// <param name="IsBuffer">Whether the element is the buffer of values that were not merged yet. If not, it is a centroid.</param>
/// <param name="Mean">The mean of the centroid; 0 for the buffer.</param>
/// <param name="Number">
/// The number that distinguishes centroids with the same mean; null for the buffer, and if an older server wrote the centroid.
/// </param>
public readonly record struct TDigestSubkey(bool IsBuffer, double Mean, uint? Number)
{
    /// <summary>Reads a subkey.</summary>
    /// <param name="bytes">The subkey.</param>
    /// <param name="subkey">The parts of the subkey.</param>
    /// <param name="reason">The reason why it cannot be read; null if it can be read.</param>
    /// <returns>True if the subkey is that of the buffer or of a centroid.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TDigestSubkey subkey, out string? reason)
    {
        const byte Buffer = 0;
        const byte Centroid = 1;
        subkey = default;
        reason = null;
        var reader = new BigEndianReader(bytes);
        if (!reader.TryRead8(out byte segment) || segment > Centroid)
        {
            reason = "neither buffer nor centroid";
            return false;
        }

        if (segment == Buffer)
        {
            subkey = new TDigestSubkey(true, 0, null);
            return true;
        }

        if (!reader.TryReadDouble(out double mean))
        {
            reason = "centroid without its mean";
            return false;
        }

        subkey = new TDigestSubkey(false, mean, reader.TryRead32(out uint number) ? number : null);
        return true;
    }
}
