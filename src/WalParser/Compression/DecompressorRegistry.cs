using System.Buffers;
using System.Collections.Immutable;
using WalParser.Coding;

namespace WalParser.Compression;

/// <summary>
/// The decompressors of blocks, by the number RocksDB knows them by. Immutable: <see cref="With"/> makes a registry of its own.
/// Safe for use by several threads at once.
/// </summary>
public sealed class DecompressorRegistry
{
    private readonly ImmutableDictionary<CompressionType, IBlockDecompressor> _decompressors;

    private DecompressorRegistry(ImmutableDictionary<CompressionType, IBlockDecompressor> decompressors) => _decompressors = decompressors;

    /// <summary>The registry of what is read without more: Snappy, Zlib, LZ4, LZ4HC and Zstd.</summary>
    public static DecompressorRegistry Default { get; } = new DecompressorRegistry(ImmutableDictionary<CompressionType, IBlockDecompressor>.Empty)
        .With(CompressionType.Snappy, new SnappyBlockDecompressor())
        .With(CompressionType.Zlib, new DeflateBlockDecompressor())
        .With(CompressionType.LZ4, new Lz4BlockDecompressor())
        .With(CompressionType.LZ4HC, new Lz4BlockDecompressor())
        .WithDictionaries(ZstdDictionaries.Empty);

    /// <summary>A registry in which a compression is handled by another decompressor, or by one at all.</summary>
    /// <param name="type">The compression.</param>
    /// <param name="decompressor">What handles it from now on. An exception that it throws is taken for a broken block.</param>
    /// <returns>The new registry; this one stays as it is.</returns>
    /// <exception cref="ArgumentException"><paramref name="type"/> is <see cref="CompressionType.None"/>.</exception>
    public DecompressorRegistry With(CompressionType type, IBlockDecompressor decompressor)
    {
        ArgumentNullException.ThrowIfNull(decompressor);
        return type != CompressionType.None
            ? new DecompressorRegistry(_decompressors.SetItem(type, decompressor))
            : throw new ArgumentException("What is not compressed needs no decompressor.", nameof(type));
    }

    /// <summary>A registry in which Zstandard frames may name dictionaries. It replaces the decompressor of <see cref="CompressionType.Zstd"/>.</summary>
    /// <param name="dictionaries">The dictionaries, instead of those there were.</param>
    /// <returns>The new registry; this one stays as it is.</returns>
    public DecompressorRegistry WithDictionaries(ZstdDictionaries dictionaries)
    {
        ArgumentNullException.ThrowIfNull(dictionaries);
        return With(CompressionType.Zstd, new ZstdBlockDecompressor(dictionaries));
    }

    /// <summary>Decompresses a block into a span, which may be larger than needed.</summary>
    /// <param name="type">The block's compression.</param>
    /// <param name="block">The block as RocksDB stores it, without its trailer.</param>
    /// <param name="destination">Room for the content; its length is the limit.</param>
    /// <returns>The outcome.</returns>
    public DecompressionResult Decompress(CompressionType type, ReadOnlySpan<byte> block, Span<byte> destination)
    {
        DecompressionResult opened = Open(type, ref block, destination.Length, out IBlockDecompressor? decompressor);
        return opened.IsDone ? Decompress(decompressor, block, destination[..opened.Written])
            : opened.Status == DecompressionStatus.OutputLimitExceeded ? opened with { Status = DecompressionStatus.DestinationTooSmall }
            : opened;
    }

    /// <summary>Decompresses a block into a writer.</summary>
    /// <param name="type">The block's compression.</param>
    /// <param name="block">The block as RocksDB stores it, without its trailer.</param>
    /// <param name="destination">Where the content goes; after a failure it may have got a part of it.</param>
    /// <param name="maxOutputSize">The most that may be put out; a block that claims more is refused.</param>
    /// <returns>The outcome.</returns>
    public DecompressionResult Decompress(CompressionType type, ReadOnlySpan<byte> block, IBufferWriter<byte> destination, int maxOutputSize)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(maxOutputSize);
        DecompressionResult result = Open(type, ref block, maxOutputSize, out IBlockDecompressor? decompressor);
        int size = result.Written;
        if (!result.IsDone)
        {
            return result;
        }

        if (decompressor is ZstdBlockDecompressor zstd)
        {
            return Complete(zstd.Decompress(block, destination, size), size);
        }

        result = Decompress(decompressor, block, size == 0 ? [] : destination.GetSpan(size)[..size]);
        destination.Advance(result.IsDone ? size : 0);
        return result;
    }

    // A package may well throw where a block is broken.
    private static DecompressionResult Decompress(IBlockDecompressor? decompressor, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        try
        {
            if (decompressor is not null)
            {
                return Complete(decompressor.Decompress(source, destination), destination.Length);
            }

            source.CopyTo(destination);
            return DecompressionResult.Done(source.Length);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return DecompressionResult.Failed(DecompressionStatus.Corrupt, exception.Message);
        }
    }

    private static DecompressionResult Complete(DecompressionResult result, int size) => result.Status switch
    {
        DecompressionStatus.Done when result.Written != size => Broken("the block's content is smaller than the block claims", result.Written),
        DecompressionStatus.DestinationTooSmall or DecompressionStatus.OutputLimitExceeded =>
            Broken("the block's content is larger than the block claims", result.Written),
        _ => result,
    };

    // Checks what the block claims before anything is allocated for it. The result has the size; the block goes on where its decompressor wants it.
    private DecompressionResult Open(CompressionType type, ref ReadOnlySpan<byte> block, int limit, out IBlockDecompressor? decompressor)
    {
        decompressor = null;
        if (type != CompressionType.None && !_decompressors.TryGetValue(type, out decompressor))
        {
            string name = type switch { CompressionType.BZip2 => "BZip2", CompressionType.Xpress => "XPRESS", _ => $"compression {type}" };
            return DecompressionResult.Failed(DecompressionStatus.Unsupported, $"no decompressor is registered for {name}");
        }

        ReadOnlySpan<byte> content = block;
        uint claimed = (uint)block.Length;
        if (decompressor is not null && !Varint.TryRead32(ref content, out claimed))
        {
            return Broken("the block does not begin with its size");
        }

        if (claimed > (uint)limit)
        {
            return DecompressionResult.Failed(DecompressionStatus.OutputLimitExceeded, $"the block claims {claimed} bytes, {limit} are allowed");
        }

        if (decompressor is not null && claimed > (long)decompressor.MaximumExpansion * block.Length)
        {
            return Broken("the block claims more than so few bytes can stand for");
        }

        block = type == CompressionType.Snappy ? block : content;
        return DecompressionResult.Done((int)claimed);
    }

    private static DecompressionResult Broken(string reason, int written = 0) =>
        DecompressionResult.Failed(DecompressionStatus.Corrupt, reason, written);
}
