using System.Buffers;
using WalParser.Compression;
using WalParser.IO;
using WalParser.Testing.Delivery;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Compression;

public sealed class ReferenceFileTests
{
    public static TheoryData<string> Zstd => Names(".zst");

    public static TheoryData<string> Streams => Names(".zst", ".lz4", ".sz", ".gz");

    public static TheoryData<string> Blocks => Names(".snappy", ".deflate");

    [Theory]
    [MemberData(nameof(Zstd))]
    public void Zstd_files_are_decompressed_in_one_call(string name)
    {
        var file = File(name);
        var content = new byte[file.Size];
        using var decoder = new ZstdDecoder();
        var result = decoder.Decompress(CompressionTestData.Reference(name), content);
        Assert.Equal((DecompressionStatus.Done, file.Size, null), (result.Status, result.Written, result.Reason));
        Assert.Equal(file.Sha256, CompressionTestData.Sha256(content));
    }

    [Theory]
    [MemberData(nameof(Zstd))]
    public void Zstd_files_are_decompressed_into_a_writer(string name)
    {
        var file = File(name);
        var writer = new ArrayBufferWriter<byte>();
        var result = new ZstdBlockDecompressor(ZstdDictionaries.Empty).Decompress(CompressionTestData.Reference(name), writer, file.Size);
        Assert.True(result.IsDone, result.Reason);
        Assert.Equal(file.Sha256, CompressionTestData.Sha256(writer.WrittenSpan));
    }

    [Theory]
    [MemberData(nameof(Zstd))]
    public void Zstd_files_over_the_limit_are_refused(string name)
    {
        var file = File(name);
        if (file.Size == 0)
        {
            return;
        }

        var source = CompressionTestData.Reference(name);
        var writer = new ArrayBufferWriter<byte>();
        var result = new ZstdBlockDecompressor(ZstdDictionaries.Empty).Decompress(source, writer, file.Size - 1);
        Assert.Equal(DecompressionStatus.DestinationTooSmall, result.Status);
        Assert.True(writer.WrittenCount < file.Size);
        using var decoder = new ZstdDecoder();
        Assert.Equal(DecompressionStatus.DestinationTooSmall, decoder.Decompress(source, new byte[file.Size - 1]).Status);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Streams_return_the_content(string name)
    {
        var file = File(name);
        var compressed = CompressionTestData.Reference(name);
        var format = CompressedCopy.Recognise(compressed);
        Assert.Equal(Path.GetExtension(name), format switch
        {
            CompressedCopyFormat.Zstd => ".zst",
            CompressedCopyFormat.Lz4 => ".lz4",
            CompressedCopyFormat.Snappy => ".sz",
            CompressedCopyFormat.Gzip => ".gz",
            _ => null,
        });
        using var stream = CompressedCopy.Open(new MemoryStream(compressed), format);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        Assert.Equal(file.Size, content.Length);
        Assert.Equal(file.Sha256, CompressionTestData.Sha256(content.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Streams_return_the_content_asynchronously_from_a_source_of_small_pieces(string name)
    {
        var file = File(name);
        var compressed = CompressionTestData.Reference(name);
        var pieces = new PiecewiseStream(compressed, [1 + (file.Size % 977)], PieceTiming.Alternating);
        await using var stream = CompressedCopy.Open(pieces, CompressedCopy.Recognise(compressed));
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, 10_007);
        Assert.Equal(file.Sha256, CompressionTestData.Sha256(content.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Streams_refuse_a_truncated_source(string name)
    {
        var compressed = CompressionTestData.Reference(name);
        var format = CompressedCopy.Recognise(compressed);
        if (compressed.Length < 20 || (format is CompressedCopyFormat.Snappy && compressed.Length == 10))
        {
            return;
        }

        using var stream = CompressedCopy.Open(new MemoryStream(compressed[..^1]), format);
        Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void The_registry_decompresses_blocks(string name)
    {
        var file = File(name);
        var block = CompressionTestData.Reference(name);
        var type = CompressionType.Snappy;
        if (name.EndsWith(".deflate", StringComparison.Ordinal))
        {
            type = CompressionType.Zlib;
            block = [.. WalBytes.Varint((uint)file.Size), .. block];
        }

        var content = new byte[file.Size];
        var result = DecompressorRegistry.Default.Decompress(type, block, content);
        Assert.Equal((DecompressionStatus.Done, file.Size), (result.Status, result.Written));
        Assert.Equal(file.Sha256, CompressionTestData.Sha256(content));

        var writer = new ArrayBufferWriter<byte>();
        result = DecompressorRegistry.Default.Decompress(type, block, writer, file.Size);
        Assert.True(result.IsDone, result.Reason);
        Assert.Equal(file.Sha256, CompressionTestData.Sha256(writer.WrittenSpan));
    }

    private static CompressionTestData.ReferenceFile File(string name) =>
        CompressionTestData.References(Path.GetExtension(name)).Single(file => file.Name == name);

    private static TheoryData<string> Names(params string[] extensions) =>
        [.. CompressionTestData.References(extensions).Select(file => file.Name)];
}
