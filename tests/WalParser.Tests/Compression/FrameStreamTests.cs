using WalParser.Compression;
using WalParser.IO;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Compression;

public sealed class FrameStreamTests
{
    [Theory]
    [InlineData(CompressedCopyFormat.Zstd)]
    [InlineData(CompressedCopyFormat.Lz4)]
    [InlineData(CompressedCopyFormat.Snappy)]
    public void An_empty_source_is_an_empty_stream(CompressedCopyFormat format)
    {
        using var stream = CompressedCopy.Open(new MemoryStream(), format);
        Assert.Equal(0, stream.Read(new byte[10]));
        Assert.Equal(0, stream.Read(new byte[10]));
    }

    [Theory]
    [InlineData(CompressedCopyFormat.Zstd)]
    [InlineData(CompressedCopyFormat.Lz4)]
    [InlineData(CompressedCopyFormat.Gzip)]
    [InlineData(CompressedCopyFormat.Snappy)]
    public void The_source_is_closed_unless_leaveOpen_is_set(CompressedCopyFormat format)
    {
        var source = new MemoryStream(CompressionTestData.Reference("tiny-1.lz4"));
        CompressedCopy.Open(source, format, leaveOpen: true).Dispose();
        Assert.True(source.CanRead);
        var stream = CompressedCopy.Open(source, format);
        stream.Dispose();
        Assert.False(source.CanRead);
        Assert.Throws<ObjectDisposedException>(() => stream.Read(new byte[1]));
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
    }

    [Fact]
    public void A_window_over_the_limit_is_refused()
    {
        using var stream = new DecompressionStream(
            new MemoryStream(CompressionTestData.Reference("far-long.zst")),
            new ZstdDecoder(windowLimit: 1 << 20, isStepwise: true),
            leaveOpen: false,
            CopyLimit.None);
        var failure = Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
        Assert.Contains("window", failure.Message, StringComparison.Ordinal);
    }

    // The offset of the byte that is changed, and the expected reason.
    [Theory]
    [InlineData("steps-checked.lz4", 0, "not an LZ4 frame")]
    [InlineData("steps-checked.lz4", 4, "unsupported version")]
    [InlineData("steps-checked.lz4", 5, "block size")]
    [InlineData("steps-checked.lz4", 6, "header checksum")]
    [InlineData("steps-checked.lz4", 14, "header checksum")]
    [InlineData("steps-checked.lz4", 100, "block checksum")]
    [InlineData("text-1.lz4", -1, "content checksum")]
    [InlineData("text.sz", 0, "framing format")]
    [InlineData("text.sz", 5, "identifier")]
    [InlineData("text.sz", 10, "reserved type")]
    [InlineData("text.sz", 14, "CRC mismatch")]
    [InlineData("random.sz", -1, "CRC mismatch")]
    [InlineData("text-3.zst", 1, "Unknown frame descriptor")]
    [InlineData("text-3.zst", -1, "match checksum")]
    public void A_changed_byte_is_detected_and_described(string name, int place, string reason)
    {
        var bytes = CompressionTestData.Reference(name);
        bytes[place < 0 ? bytes.Length + place : place] ^= 0x40;
        using var stream = CompressedCopy.Open(new MemoryStream(bytes), Path.GetExtension(name) switch
        {
            ".zst" => CompressedCopyFormat.Zstd,
            ".lz4" => CompressedCopyFormat.Lz4,
            _ => CompressedCopyFormat.Snappy,
        });
        var failure = Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_Lz4_dictionary_is_refused()
    {
        using var decoder = new Lz4FrameDecoder();
        Assert.Equal(
            DecompressionStatus.DictionaryRequired,
            decoder.Decode([0x04, 0x22, 0x4D, 0x18, 0x61, 0x40, 1, 0, 0, 0, 0], new byte[10], out _, out _));
    }

    [Fact]
    public async Task Several_threads_can_share_a_registry()
    {
        var files = new[] { "text-1.zst", "text-19.zst", "steps-19.zst", "record-3.zst" };
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), async (i, _) =>
        {
            await Task.Yield();
            var file = CompressionTestData.References(".zst").Single(reference => reference.Name == files[i % files.Length]);
            var content = new byte[file.Size];
            byte[] block = [.. WalBytes.Varint((uint)file.Size), .. CompressionTestData.Reference(file.Name)];
            Assert.True(DecompressorRegistry.Default.Decompress(CompressionType.Zstd, block, content).IsDone);
            Assert.Equal(file.Sha256, CompressionTestData.Sha256(content));
        });
    }
}
