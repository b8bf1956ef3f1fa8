using System.IO.Compression;

namespace WalParser.Compression;

/// <summary>Decompresses raw deflate data with the base class library, which throws on corrupt data; for the registry.</summary>
internal sealed unsafe class DeflateBlockDecompressor : IBlockDecompressor
{
    // A match of 258 bytes takes at least two bits.
    public int MaximumExpansion => 1032;

    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty)
        {
            return DecompressionResult.Failed(DecompressionStatus.NeedMoreInput, "the deflate data is missing");
        }

        fixed (byte* start = source)
        {
            using var compressed = new UnmanagedMemoryStream(start, source.Length);
            using var inflater = new DeflateStream(compressed, CompressionMode.Decompress);
            Span<byte> more = stackalloc byte[1];
            try
            {
                int written = inflater.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
                return inflater.Read(more) == 0
                    ? DecompressionResult.Done(written)
                    : DecompressionResult.Failed(DecompressionStatus.DestinationTooSmall, "the destination is too small", written);
            }
            catch (InvalidDataException)
            {
                return DecompressionResult.Failed(DecompressionStatus.Corrupt, "not valid deflate data");
            }
        }
    }
}
