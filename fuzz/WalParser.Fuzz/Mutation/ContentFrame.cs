using ZstdSharp;
using ZstdSharp.Unsafe;

namespace WalParser.Fuzz.Mutation;

/// <summary>Makes Zstandard frames of contents, each with its content's size and a checksum, as RocksDB does for its logs.</summary>
internal static class ContentFrame
{
    /// <summary>The frame of a content, which is not empty.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(content).ToArray();
    }
}
