using ZstdSharp.Unsafe;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Decompresses Zstandard frames with the package, without the library's decoder: the oracle for the content of compressed records.
/// </summary>
internal static unsafe class PackageDecompressor
{
    /// <summary>
    /// Returns whether frames decompress to a content. The last frame may lack its end: RocksDB returns the content that it has by the end
    /// of a record.
    /// </summary>
    /// <param name="frames">The frames, one after the other.</param>
    /// <param name="content">The expected content.</param>
    public static bool IsContentOf(ReadOnlySpan<byte> frames, ReadOnlySpan<byte> content)
    {
        ZSTD_DCtx_s* context = Methods.ZSTD_createDCtx();
        try
        {
            // One byte more, so that content after the expected content is visible.
            byte[] room = new byte[content.Length + 1];
            fixed (byte* source = frames, destination = room)
            {
                var input = new ZSTD_inBuffer_s { src = source, size = (nuint)frames.Length };
                var output = new ZSTD_outBuffer_s { dst = destination, size = (nuint)room.Length };
                nuint inputBefore, outputBefore;
                do
                {
                    (inputBefore, outputBefore) = (input.pos, output.pos);
                    if (Methods.ZSTD_isError(Methods.ZSTD_decompressStream(context, &output, &input)))
                    {
                        return false;
                    }
                }
                while (output.pos < output.size && (input.pos, output.pos) != (inputBefore, outputBefore));

                return input.pos == input.size && room.AsSpan(0, (int)output.pos).SequenceEqual(content);
            }
        }
        finally
        {
            _ = Methods.ZSTD_freeDCtx(context);
        }
    }
}
