using System.Buffers;

namespace WalParser.Compression;

/// <summary>Decompresses whole blocks of one format; implementations are safe for use by several threads at once.</summary>
/// <remarks>
/// A compression package is plugged in with an implementation of the first two members, put into a <see cref="DecompressorRegistry"/>
/// with <see cref="DecompressorRegistry.With"/>.
/// </remarks>
public interface IBlockDecompressor
{
    /// <summary>The most bytes one byte of a block can stand for; a block that claims more is refused before anything is allocated for it.</summary>
    int MaximumExpansion { get; }

    /// <summary>Decompresses a block.</summary>
    /// <param name="source">The block, after the size RocksDB puts before it; a Snappy block with the size it begins with.</param>
    /// <param name="destination">As much room as the block claims to need.</param>
    /// <returns>The outcome. Success with less output than there is room for is taken for a failure by the registry.</returns>
    DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>Decompresses a block into a writer.</summary>
    /// <param name="source">As for the other method.</param>
    /// <param name="destination">Where the output goes.</param>
    /// <param name="size">The size the block claims, within the caller's limit and within <see cref="MaximumExpansion"/>.</param>
    /// <returns>The outcome.</returns>
    DecompressionResult Decompress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int size)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (size == 0)
        {
            return Decompress(source, []);
        }

        var result = Decompress(source, destination.GetSpan(size)[..size]);
        if (result.IsDone && result.Written <= size)
        {
            destination.Advance(result.Written);
        }

        return result;
    }
}
