using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Rdb;

/// <summary>Strings, and the types that are strings in Redis: bitmaps and HyperLogLogs.</summary>
internal static class RdbString
{
    /// <summary>
    /// The size, in bytes, up to which a bitmap is written even if hardly any of it is stored. Its size is a claim of its metadata, so that
    /// a small log could otherwise cause a file of any size.
    /// </summary>
    private const ulong LargestSparseBitmap = 64 << 20;

    public static RdbValue Of(ReadOnlyMemory<byte> value) => new(RdbCode.String, output => output.WriteString(value.Span));

    /// <summary>
    /// Returns the bitmap with its bits in Redis's order; null, after a note, if it is too large for what is stored of it.
    /// </summary>
    public static RdbValue? OfBitmap(KeyspaceKey key, RdbContext context)
    {
        ulong size = key.Metadata.Size;
        bool isMostlyStored = (ulong)key.ElementCount * BitmapFragment.Size >= size / 2;
        if (size > KeyspaceKey.MaxBitmapSize || (size > LargestSparseBitmap && !isMostlyStored))
        {
            context.Notes.Add(RdbNoteKind.SparseBitmap, key);
            return null;
        }

        // The bytes are made when they are written, so that no more than one bitmap is in memory.
        return new RdbValue(RdbCode.String, output => output.WriteString(key.ToBitmap()));
    }

    public static RdbValue OfHyperLogLog(KeyspaceKey key) =>
        new(RdbCode.String, output => output.WriteString(HyperLogLogString.Of(key.ToHyperLogLogRegisters())));
}
