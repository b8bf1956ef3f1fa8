using ZstdSharp;
using ZstdSharp.Unsafe;

namespace WalParser.Fuzz.Mutation;

/// <summary>Creates Zstandard frames with a content size and a checksum, as RocksDB does for its logs.</summary>
internal static class ContentFrame
{
    /// <summary>Compresses a content, which is not empty, to a frame.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(content).ToArray();
    }
}
