using System.Buffers;

namespace WalParser.Compression;

/// <summary>
/// Decompresses Zstandard frames with ZstdSharp; for the registry. It keeps one decoder for reuse; a thread that finds it in use creates
/// another.
/// </summary>
internal sealed class ZstdBlockDecompressor(ZstdDictionaries dictionaries) : IBlockDecompressor
{
    private const int BlockSize = 128 * 1024;
    private const long KeptMemory = 4 << 20;

    // The output of a frame with a high expansion after which the size that the block claims is trusted.
    private const int UntrustedOutput = 16 << 20;

    private ZstdDecoder? _spare;

    // A block of 128 KiB that repeats one byte takes four bytes.
    public int MaximumExpansion => BlockSize / 4;

    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ZstdDecoder decoder = Rent();
        return Keep(decoder, decoder.Decompress(source, destination));
    }

    /// <summary>
    /// Decompresses a frame into a writer. A high expansion is not trusted in advance: then it requests the room for the first part of the
    /// output in steps. It requests the rest at once, so that a writer that grows holds a large content only once.
    /// </summary>
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, IBufferWriter<byte> destination, int size)
    {
        ZstdDecoder decoder = Rent();
        long step = Math.Max(BlockSize, 16L * source.Length);
        int total = 0;
        DecompressionStatus status;
        do
        {
            bool isTrusted = size <= step || total >= UntrustedOutput;
            int room = isTrusted ? size - total : (int)Math.Min(Math.Min(step, UntrustedOutput), size - total);
            status = decoder.Decode(source, room == 0 ? [] : destination.GetSpan(room)[..room], out int consumed, out int written);
            destination.Advance(written);
            total += written;
            source = source[consumed..];
        }
        while (status == DecompressionStatus.DestinationTooSmall ? total < size : status == DecompressionStatus.Done && !source.IsEmpty);
        return Keep(decoder, decoder.ResultOf(status, total));
    }

    private ZstdDecoder Rent()
    {
        ZstdDecoder decoder = Interlocked.Exchange(ref _spare, null) ?? new ZstdDecoder(dictionaries: dictionaries);
        decoder.Reset();
        return decoder;
    }

    // A decoder that grew for one block is not kept; a decoder that an exception left in use is freed by its finalizer.
    private DecompressionResult Keep(ZstdDecoder decoder, DecompressionResult result)
    {
        (decoder.MemorySize <= KeptMemory ? Interlocked.Exchange(ref _spare, decoder) : decoder)?.Dispose();
        return result;
    }
}
