using ZstdSharp;
using ZstdSharp.Unsafe;

namespace WalParser.Testing.Compression;

/// <summary>
/// Makes Zstandard frames for the records of compressed logs. Each frame states the size of its content and has a checksum, as in RocksDB's
/// logs (<c>ZSTDStreamingCompress</c> in <c>util/compression.cc</c>). The methods are safe for use by several threads.
/// </summary>
public static class ZstdFrame
{
    /// <summary>Returns the frame of a content.</summary>
    /// <param name="content">The content. It is not empty: RocksDB does not compress an empty record.</param>
    public static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return compressor.Wrap(content).ToArray();
    }

    /// <summary>Returns the length of the header of a frame, in bytes; null if the bytes do not begin with a whole header.</summary>
    public static unsafe int? HeaderLengthOf(ReadOnlySpan<byte> frame)
    {
        fixed (byte* start = frame)
        {
            nuint length = Methods.ZSTD_frameHeaderSize(start, (nuint)frame.Length);
            return Methods.ZSTD_isError(length) || length > (nuint)frame.Length ? null : (int)length;
        }
    }
}
