using System.Buffers;

namespace WalParser.Compression;

/// <summary>Zstandard frames, for the registry. Keeps one decoder at hand; threads that find it taken make one of their own.</summary>
internal sealed class ZstdBlockDecompressor : IBlockDecompressor
{
    private ZstdDecoder? _spare;

    // A block of 128 KiB of one byte takes four bytes.
    public int MaximumExpansion => ZstdFrameHeader.MaximumBlockSize / 4;

    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var decoder = Interlocked.Exchange(ref _spare, null) ?? new ZstdDecoder();
        var result = decoder.Decompress(source, destination);
        _spare = decoder;
        return result;
    }

    // Asks the writer for no more than comes: so high an expansion is not to be believed beforehand.
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int size)
    {
        var decoder = Interlocked.Exchange(ref _spare, null) ?? new ZstdDecoder();
        var result = decoder.Decompress(source, destination, size);
        _spare = decoder;
        return result;
    }
}
