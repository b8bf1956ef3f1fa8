using System.IO.Compression;
using WalParser.Compression;

namespace WalParser.Tests.Blobs;

/// <summary>Decompresses deflate, and counts the calls.</summary>
internal sealed class CountingDecompressor : IBlockDecompressor
{
    public int Calls { get; private set; }

    public int MaximumExpansion => 1100;

    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Calls++;
        using var deflate = new DeflateStream(new MemoryStream(source.ToArray()), CompressionMode.Decompress);
        return DecompressionResult.Done(deflate.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false));
    }
}
