using System.Buffers;
using System.Collections.Immutable;
using WalParser.Coding;

namespace WalParser.Compression;

/// <summary>
/// The decompressors of blocks, by RocksDB's number for the compression. Immutable: <see cref="With"/> creates a new registry. Safe for
/// concurrent use by multiple threads.
/// </summary>
public sealed class DecompressorRegistry
{
    private readonly ImmutableDictionary<CompressionType, IBlockDecompressor> _decompressors;

    private DecompressorRegistry(ImmutableDictionary<CompressionType, IBlockDecompressor> decompressors) => _decompressors = decompressors;

    /// <summary>The registry of the built-in decompressors: Snappy, Zlib, LZ4, LZ4HC and Zstd.</summary>
    public static DecompressorRegistry Default { get; } =
        new DecompressorRegistry(ImmutableDictionary<CompressionType, IBlockDecompressor>.Empty)
            .With(CompressionType.Snappy, new SnappyBlockDecompressor())
            .With(CompressionType.Zlib, new DeflateBlockDecompressor())
            .With(CompressionType.Lz4, new Lz4BlockDecompressor())
            .With(CompressionType.Lz4HC, new Lz4BlockDecompressor())
            .WithDictionaries(ZstdDictionaries.Empty);

    /// <summary>Creates a registry in which a compression has another decompressor, or a first one.</summary>
    /// <param name="type">The compression.</param>
    /// <param name="decompressor">The decompressor to register. An exception that it throws is treated as a corrupt block.</param>
    /// <returns>The new registry; this one is unchanged.</returns>
    /// <exception cref="ArgumentException"><paramref name="type"/> is <see cref="CompressionType.None"/>.</exception>
    public DecompressorRegistry With(CompressionType type, IBlockDecompressor decompressor)
    {
        ArgumentNullException.ThrowIfNull(decompressor);
        return type != CompressionType.None
            ? new DecompressorRegistry(_decompressors.SetItem(type, decompressor))
            : throw new ArgumentException("Uncompressed data needs no decompressor.", nameof(type));
    }

    /// <summary>
    /// Creates a registry with dictionaries for Zstandard frames. It replaces the decompressor of <see cref="CompressionType.Zstd"/>.
    /// </summary>
    /// <param name="dictionaries">The dictionaries, which replace any existing ones.</param>
    /// <returns>The new registry; this one is unchanged.</returns>
    public DecompressorRegistry WithDictionaries(ZstdDictionaries dictionaries)
    {
        ArgumentNullException.ThrowIfNull(dictionaries);
        return With(CompressionType.Zstd, new ZstdBlockDecompressor(dictionaries));
    }

    /// <summary>Decompresses a block into a span, which may be larger than required.</summary>
    /// <param name="type">The compression of the block.</param>
    /// <param name="block">The block as RocksDB stores it, without its trailer.</param>
    /// <param name="destination">The destination for the content; its length is the limit.</param>
    /// <returns>The result.</returns>
    public DecompressionResult Decompress(CompressionType type, ReadOnlySpan<byte> block, Span<byte> destination)
    {
        DecompressionResult opened = Open(type, ref block, destination.Length, out IBlockDecompressor? decompressor);
        return opened.IsDone ? Decompress(decompressor, block, destination[..opened.Written])
            : opened.Status == DecompressionStatus.OutputLimitExceeded ? opened with { Status = DecompressionStatus.DestinationTooSmall }
            : opened;
    }

    /// <summary>Decompresses a block into a writer.</summary>
    /// <param name="type">The compression of the block.</param>
    /// <param name="block">The block as RocksDB stores it, without its trailer.</param>
    /// <param name="destination">The destination for the content; after a failure it may have received a part of it.</param>
    /// <param name="maxOutputSize">The maximum output size, in bytes; a block that claims more is rejected.</param>
    /// <returns>The result.</returns>
    public DecompressionResult Decompress(
        CompressionType type, ReadOnlySpan<byte> block, IBufferWriter<byte> destination, int maxOutputSize)
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

    // A package may throw on a corrupt block.
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
        DecompressionStatus.Done when result.Written != size =>
            Broken("the block's content is smaller than the block claims", result.Written),
        DecompressionStatus.DestinationTooSmall or DecompressionStatus.OutputLimitExceeded =>
            Broken("the block's content is larger than the block claims", result.Written),
        _ => result,
    };

    // Checks the size that the block claims before anything is allocated for it. The result contains the size; on return, the block begins
    // where its decompressor expects it to.
    private DecompressionResult Open(CompressionType type, ref ReadOnlySpan<byte> block, int limit, out IBlockDecompressor? decompressor)
    {
        decompressor = null;
        if (type != CompressionType.None && !_decompressors.TryGetValue(type, out decompressor))
        {
            string name = type switch
            {
                CompressionType.BZip2 => "BZip2",
                CompressionType.Xpress => "XPRESS",
                _ => $"compression {CompressionTypeName.Of(type)}",
            };
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
            return DecompressionResult.Failed(
                DecompressionStatus.OutputLimitExceeded, $"the block claims {claimed} bytes, {limit} are allowed");
        }

        if (decompressor is not null && claimed > (long)decompressor.MaximumExpansion * block.Length)
        {
            return Broken("the block claims more content than its compressed size allows");
        }

        block = type == CompressionType.Snappy ? block : content;
        return DecompressionResult.Done((int)claimed);
    }

    private static DecompressionResult Broken(string reason, int written = 0) =>
        DecompressionResult.Failed(DecompressionStatus.Corrupt, reason, written);
}
