using System.Buffers;
using WalParser.Compression;
using WalParser.IO;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Compression;

public sealed class BlockFormatTests
{
    [Fact]
    public void Lz4_literals_and_matches_are_decompressed()
    {
        // Four literals and a match of ten bytes at a distance of four; then five literals, the minimum at the end of a block.
        byte[] block = [0x46, 1, 2, 3, 4, 4, 0, 0x50, 8, 9, 10, 11, 12];
        var content = new byte[19];
        var decompressor = new Lz4BlockDecompressor();
        Assert.Equal(DecompressionResult.Done(19), decompressor.Decompress(block, content));
        Assert.Equal(new byte[] { 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 8, 9, 10, 11, 12 }, content);
        Assert.Equal(DecompressionStatus.Corrupt, decompressor.Decompress(block, content.AsSpan(0, 18)).Status);
        Assert.Equal(DecompressionResult.Done(0), decompressor.Decompress([0], []));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x40, 1, 2, 3 })]
    [InlineData(new byte[] { 0x46, 1, 2, 3, 4, 0, 0, 0x20, 8, 9 })]
    [InlineData(new byte[] { 0x46, 1, 2, 3, 4, 5, 0, 0x20, 8, 9 })]
    [InlineData(new byte[] { 0x46, 1, 2, 3, 4, 0, 0, 0x50, 8, 9, 10, 11, 12 })]
    [InlineData(new byte[] { 0x46, 1, 2, 3, 4, 4, 0 })]
    [InlineData(new byte[] { 0x46, 1, 2, 3, 4, 4 })]
    [InlineData(new byte[] { 0xF0, 255, 255 })]
    [InlineData(new byte[] { 0x4F, 1, 2, 3, 4, 4, 0, 255 })]
    public void Malformed_Lz4_blocks_are_refused(byte[] block) =>
        Assert.Equal(DecompressionStatus.Corrupt, new Lz4BlockDecompressor().Decompress(block, new byte[1000]).Status);

    [Fact]
    public void Snappy_literals_and_copies_are_decompressed()
    {
        // Four literals, and copies of four bytes at a distance of four, with offsets of one, two and four bytes.
        byte[] block = [16, 0x0C, 1, 2, 3, 4, 0x01, 4, 0x0E, 4, 0, 0x0F, 4, 0, 0, 0];
        var content = new byte[16];
        var decompressor = new SnappyBlockDecompressor();
        Assert.Equal(DecompressionResult.Done(16), decompressor.Decompress(block, content));
        Assert.Equal(new byte[] { 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4 }, content);
        Assert.Equal(DecompressionStatus.DestinationTooSmall, decompressor.Decompress(block, content.AsSpan(0, 15)).Status);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 5, 0x0C, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 3, 0x0C, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 4, 0x0C, 1, 2, 3 })]
    [InlineData(new byte[] { 8, 0x0C, 1, 2, 3, 4, 0x01, 0 })]
    [InlineData(new byte[] { 8, 0x0C, 1, 2, 3, 4, 0x01, 5 })]
    [InlineData(new byte[] { 8, 0x0C, 1, 2, 3, 4, 0x01 })]
    [InlineData(new byte[] { 8, 0x0C, 1, 2, 3, 4, 0x0F, 4, 0, 0, 0x80 })]
    [InlineData(new byte[] { 8, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 1 })]
    public void Malformed_Snappy_blocks_are_refused(byte[] block) =>
        Assert.Equal(
            DecompressionStatus.Corrupt, DecompressorRegistry.Default.Decompress(CompressionType.Snappy, block, new byte[1000]).Status);

    [Fact]
    public void Uncompressed_blocks_are_copied()
    {
        var content = new byte[3];
        Assert.Equal(DecompressionResult.Done(3), DecompressorRegistry.Default.Decompress(CompressionType.None, [1, 2, 3], content));
        Assert.Equal(new byte[] { 1, 2, 3 }, content);
        Assert.Equal(
            DecompressionStatus.OutputLimitExceeded,
            DecompressorRegistry.Default.Decompress(CompressionType.None, [1, 2, 3], new ArrayBufferWriter<byte>(), 2).Status);
    }

    [Theory]
    [InlineData(CompressionType.BZip2, "BZip2")]
    [InlineData(CompressionType.Xpress, "XPRESS")]
    [InlineData((CompressionType)64, "64")]
    public void Unsupported_compressions_are_refused_by_name(CompressionType type, string name)
    {
        var result = DecompressorRegistry.Default.Decompress(type, [1, 2], new byte[10]);
        Assert.Equal(DecompressionStatus.Unsupported, result.Status);
        Assert.Contains(name, result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Zlib)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Lz4HC)]
    [InlineData(CompressionType.Zstd)]
    public void A_claimed_size_is_not_trusted(CompressionType type)
    {
        byte[] block = [.. WalBytes.Varint(1 << 30), .. CompressionTestData.Reference("tiny-1.zst")];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = DecompressorRegistry.Default.Decompress(type, block, new ArrayBufferWriter<byte>(), int.MaxValue);
        Assert.Equal(DecompressionStatus.Corrupt, result.Status);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2 << 20);
        result = DecompressorRegistry.Default.Decompress(type, block, new ArrayBufferWriter<byte>(), 1000);
        Assert.Equal(DecompressionStatus.OutputLimitExceeded, result.Status);
    }

    [Fact]
    public void A_block_that_is_smaller_than_its_claimed_size_is_refused()
    {
        byte[] frame = CompressionTestData.Reference("tiny-1.zst");
        var registry = DecompressorRegistry.Default;
        Assert.True(registry.Decompress(CompressionType.Zstd, [1, .. frame], new byte[10]).IsDone);
        Assert.Equal(DecompressionStatus.Corrupt, registry.Decompress(CompressionType.Zstd, [2, .. frame], new byte[10]).Status);
        Assert.Equal(DecompressionStatus.Corrupt, registry.Decompress(CompressionType.Zstd, [0, .. frame], new byte[10]).Status);
        byte[] deflated = CompressionTestData.Reference("tiny.deflate");
        Assert.True(registry.Decompress(CompressionType.Zlib, [1, .. deflated], new byte[10]).IsDone);
        Assert.Equal(DecompressionStatus.Corrupt, registry.Decompress(CompressionType.Zlib, [2, .. deflated], new byte[10]).Status);
        Assert.Equal(DecompressionStatus.Corrupt, registry.Decompress(CompressionType.Zlib, [0, .. deflated], new byte[10]).Status);
    }

    [Fact]
    public void Another_decompressor_can_be_plugged_in()
    {
        var registry = DecompressorRegistry.Default.With(CompressionType.BZip2, new Reversing());
        var content = new byte[3];
        Assert.Equal(DecompressionResult.Done(3), registry.Decompress(CompressionType.BZip2, [3, 1, 2, 3], content));
        Assert.Equal(new byte[] { 3, 2, 1 }, content);
        var writer = new ArrayBufferWriter<byte>();
        Assert.True(registry.Decompress(CompressionType.BZip2, [3, 1, 2, 3], writer, 3).IsDone);
        Assert.Equal(content, writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Formats_are_recognised()
    {
        byte[] skippable = [0x5F, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 1, 2];
        Assert.Equal(CompressedCopyFormat.None, CompressedCopy.Recognise([]));
        Assert.Equal(CompressedCopyFormat.None, CompressedCopy.Recognise([0x28, 0xB5, 0x2F]));
        Assert.Equal(CompressedCopyFormat.None, CompressedCopy.Recognise(new byte[100]));
        Assert.Equal(CompressedCopyFormat.Zstd, CompressedCopy.Recognise(skippable));
        Assert.Equal(CompressedCopyFormat.Zstd, CompressedCopy.Recognise([.. skippable, 0x28, 0xB5, 0x2F, 0xFD]));
        Assert.Equal(CompressedCopyFormat.Lz4, CompressedCopy.Recognise([.. skippable, .. skippable, 0x04, 0x22, 0x4D, 0x18]));
        Assert.Equal(CompressedCopyFormat.None, CompressedCopy.Recognise([.. skippable, 1, 2, 3, 4]));
        Assert.Equal(CompressedCopyFormat.Gzip, CompressedCopy.Recognise([0x1F, 0x8B]));
    }

    private sealed class Reversing : IBlockDecompressor
    {
        public int MaximumExpansion => 1;

        public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
        {
            source.CopyTo(destination);
            destination[..source.Length].Reverse();
            return new DecompressionResult(DecompressionStatus.Done, source.Length, null);
        }
    }

    /// <summary>Packages throw if a block is malformed, or return a length greater than that of the destination.</summary>
    [Fact]
    public void An_error_of_a_plugged_in_decompressor_is_a_malformed_block()
    {
        var registry = DecompressorRegistry.Default
            .With(CompressionType.Lz4, new Faulty(() => throw new InvalidDataException("not a block")))
            .With(CompressionType.Zstd, new Faulty(() => new DecompressionResult(DecompressionStatus.Done, 1000, null)));
        byte[] block = [5, 1, 2, 3];
        foreach (var type in new[] { CompressionType.Lz4, CompressionType.Zstd })
        {
            Assert.Equal(DecompressionStatus.Corrupt, registry.Decompress(type, block, new byte[5]).Status);
            Assert.Equal(
                DecompressionStatus.Corrupt, registry.Decompress(type, block, new System.Buffers.ArrayBufferWriter<byte>(), 100).Status);
        }

        Assert.Equal("not a block", registry.Decompress(CompressionType.Lz4, block, new byte[5]).Reason);
        Assert.Throws<ArgumentException>(() => registry.With(CompressionType.None, new Faulty(() => default)));
    }

    private sealed class Faulty(Func<DecompressionResult> result) : IBlockDecompressor
    {
        public int MaximumExpansion => 1000;

        public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => result();
    }
}
