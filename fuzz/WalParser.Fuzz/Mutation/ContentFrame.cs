using ZstdSharp;
using ZstdSharp.Unsafe;

namespace WalParser.Fuzz.Mutation;

/// <summary>Makes Zstandard frames of contents, with what RocksDB's have: the content's size and its checksum.</summary>
internal static class ContentFrame
{
    /// <summary>The frame of a content, which is not empty.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        using var compressor = new Compressor(level: 1);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(content).ToArray();
    }
}
