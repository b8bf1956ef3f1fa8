using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Compression;
using WalParser.IO;
using WalParser.Testing.Delivery;

namespace WalParser.Tests.Compression;

/// <summary>
/// Compressed copies that are truncated, concatenated, or have wrong lengths: the content before the damage is returned, and the damage is
/// described.
/// </summary>
public sealed class CopyDamageTests
{
    public static TheoryData<string, int> Copies => new()
    {
        { "text-3.zst", 1 }, { "text-unsized-3.zst", 1 }, { "several.zst", 1 }, { "text-1.lz4", 1 }, { "steps-checked.lz4", 1 },
        { "several.lz4", 1 }, { "text.sz", 1 }, { "several.sz", 1 }, { "text.gz", 1 }, { "large-3.zst", 1009 },
        { "part-linked-12.lz4", 1009 }, { "random.sz", 7 },
    };

    /// <summary>A copy may end only at the end of a frame, of a chunk of Snappy's framing format or of a gzip member.</summary>
    [Theory]
    [MemberData(nameof(Copies))]
    public void A_truncated_copy_returns_its_beginning_and_reports_the_end(string name, int step)
    {
        byte[] whole = CompressionTestData.Reference(name);
        CompressedCopyFormat format = CompressedCopy.Recognise(whole);
        byte[] content = Read(whole, format, out string? failure);
        Assert.Null(failure);
        int ends = 0;
        int most = 0;
        for (int cut = 1; cut < whole.Length; cut += step)
        {
            byte[] read = Read(whole[..cut], format, out failure);
            Assert.True(content.AsSpan().StartsWith(read));
            Assert.True(read.Length >= most, "a longer part of the copy returned less content");
            most = read.Length;
            ends += failure is null ? 1 : 0;
        }

        Assert.InRange(ends, 0, name.StartsWith("several", StringComparison.Ordinal) || format == CompressedCopyFormat.Snappy ? 10 : 0);
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public void Only_copies_and_skippable_frames_may_follow_a_copy(string name, int step)
    {
        _ = step;
        byte[] whole = CompressionTestData.Reference(name);
        CompressedCopyFormat format = CompressedCopy.Recognise(whole);
        byte[] content = Read(whole, format, out _);
        byte[] skippable = format switch
        {
            CompressedCopyFormat.Zstd or CompressedCopyFormat.Lz4 => [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3],
            CompressedCopyFormat.Snappy => [0xFE, 3, 0, 0, 1, 2, 3],
            _ => [],
        };
        byte[] twice = Read([.. whole, .. skippable, .. whole, .. skippable], format, out string? failure);
        Assert.Null(failure);
        Assert.Equal(2 * content.Length, twice.Length);
        Assert.True(twice.AsSpan().EndsWith(content));

        byte[] read = Read([.. whole, 1, 2, 3, 4, 5, 6, 7, 8], format, out failure);
        Assert.NotNull(failure);
        Assert.True(content.AsSpan().SequenceEqual(read), "the content before the end is incomplete");
    }

    [Fact]
    public void The_memory_for_an_Lz4_frame_depends_on_its_block_size_and_not_on_its_claims()
    {
        // The frame has blocks of 4 MiB, a content of 2^62 bytes, and a block that claims 4 MiB but has no content.
        byte[] header = Lz4Header(0x68, 0x70, BitConverter.GetBytes(1L << 62));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read([.. header, 0, 0, 0x40, 0, 1, 2, 3], CompressedCopyFormat.Lz4, out string? failure);
        Assert.Contains("within a frame", failure, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 << 20);
    }

    [Theory]
    [InlineData(0x40, "01004000", "larger than a block")]
    [InlineData(0x40, "FFFFFF7F", "larger than a block")]
    [InlineData(0x40, "FFFFFFFF", "larger than a block")]
    [InlineData(0x40, "02000000F0FF", "not a valid LZ4 block")]
    [InlineData(0x40, "0400000000000000", "has the offset 0")]
    [InlineData(0x60, "0D0000001061000080616263646566676800000000", "has the offset 0")]
    [InlineData(0x40, "0D0000001061000080616263646566676800000000", "has the offset 0")]
    [InlineData(0x60, "0300000020010200000000", "ends within a frame|not a valid|larger", true)]
    [InlineData(0x48, "030000002001020000000000", "of the size", false)]
    [InlineData(0x48, "0000000000", "of the size", false)]
    public void Wrong_lengths_of_Lz4_blocks_are_described(byte flags, string blocks, string reason, bool isGood = false)
    {
        byte[] frame = [.. Lz4Header(flags, 0x70, (flags & 8) != 0 ? BitConverter.GetBytes(3L) : []), .. Convert.FromHexString(blocks)];
        Read(frame, CompressedCopyFormat.Lz4, out string? failure);
        Assert.True(isGood ? failure is null : failure is not null, failure);
        Assert.True(isGood || failure!.Contains(reason, StringComparison.Ordinal), failure);
    }

    [Fact]
    public void The_id_of_an_Lz4_dictionary_is_reported()
    {
        byte[] frame = [0x04, 0x22, 0x4D, 0x18, 0x41, 0x40, 0xD2, 0x04, 0, 0, 0];
        Read(frame, CompressedCopyFormat.Lz4, out string? failure);
        Assert.Contains("dictionary 1234,", failure, StringComparison.Ordinal);
    }

    /// <summary>Snappier allocates the size that a block claims, so the size is first compared with the limit of a chunk.</summary>
    [Fact]
    public void A_Snappy_chunk_that_claims_gigabytes_does_not_allocate_them()
    {
        byte[] copy = [.. SnappyFrameDecoder.Identifier, .. SnappyChunk(0, [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0], 0)];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(copy, CompressedCopyFormat.Snappy, out string? failure);
        Assert.Contains("claims more", failure, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>The bytes after the block of a chunk are not read as a chunk; here they look like a chunk of 2 GiB.</summary>
    [Fact]
    public void A_chunk_within_a_chunk_is_not_read()
    {
        byte[] block = [10, 9 << 2, .. new byte[10]];
        byte[] inner = [0, 20, 0, 0, 1, 2, 3, 4, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. new byte[11]];
        byte[] content = [.. block, .. new byte[9000], .. inner];
        byte[] copy = [.. SnappyFrameDecoder.Identifier, .. SnappyChunk(0, content, Crc32C.Mask(Crc32C.Compute(new byte[10])))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Read(copy, CompressedCopyFormat.Snappy, out string? failure));
        Assert.NotNull(failure);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(CompressionType.Snappy, "FFFFFFFF0700")]
    [InlineData(CompressionType.Snappy, "8080808008FC")]
    [InlineData(CompressionType.Snappy, "0AFCFFFFFFFF")]
    [InlineData(CompressionType.Lz4, "10F0FFFFFFFF")]
    [InlineData(CompressionType.Zlib, "10FFFFFFFF")]
    public void A_block_of_six_bytes_with_a_large_claim_is_refused_without_an_allocation(CompressionType type, string block)
    {
        byte[] bytes = Convert.FromHexString(block);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        long before = GC.GetAllocatedBytesForCurrentThread();
        DecompressionResult result = DecompressorRegistry.Default.Decompress(type, bytes, writer, int.MaxValue);
        Assert.False(result.IsDone);
        Assert.False(string.IsNullOrEmpty(result.Reason));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>An exception of the source is passed to the caller, and the next read continues where the last one stopped.</summary>
    [Theory]
    [MemberData(nameof(Copies))]
    public async Task Reading_continues_after_an_exception_of_the_source(string name, int step)
    {
        _ = step;
        byte[] whole = CompressionTestData.Reference(name);
        CompressedCopyFormat format = CompressedCopy.Recognise(whole);
        byte[] expected = Read(whole, format, out _);
        var pieces = new PiecewiseStream(whole, [1 + (whole.Length / 3)], PieceTiming.Alternating);
        await using Stream copy = CompressedCopy.Open(new FailingStream(pieces), format);
        var content = new MemoryStream();
        byte[] buffer = new byte[1000];
        int failures = 0;
        for (int count = 1; count > 0;)
        {
            try
            {
                count = await copy.ReadAsync(buffer);
                content.Write(buffer, 0, count);
            }
            catch (IOException)
            {
                failures++;
            }
        }

        Assert.True(failures > 1);
        Assert.True(expected.AsSpan().SequenceEqual(content.ToArray()));
    }

    private static byte[] Read(byte[] copy, CompressedCopyFormat format, out string? failure)
    {
        using Stream stream = CompressedCopy.Open(new MemoryStream(copy), format);
        var content = new MemoryStream();
        failure = null;
        try
        {
            stream.CopyTo(content);
        }
        catch (InvalidDataException exception)
        {
            failure = exception.Message;
        }

        return content.ToArray();
    }

    // Adds the checksum of the header.
    private static byte[] Lz4Header(byte flags, byte blockSize, byte[] size)
    {
        byte[] descriptor = [flags, blockSize, .. size];
        return [0x04, 0x22, 0x4D, 0x18, .. descriptor, (byte)(K4os.Hash.xxHash.XXH32.DigestOf(descriptor) >> 8)];
    }

    private static byte[] SnappyChunk(byte type, byte[] content, uint checksum)
    {
        byte[] chunk = [type, (byte)(content.Length + 4), (byte)((content.Length + 4) >> 8), 0, 0, 0, 0, 0, .. content];
        BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(4), checksum);
        return chunk;
    }

    /// <summary>A stream that fails at every other read.</summary>
    private sealed class FailingStream(Stream source) : MemoryStream
    {
        private bool _fails;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _fails = !_fails;
            return _fails ? throw new IOException("once") : source.ReadAsync(buffer, cancellationToken);
        }
    }
}
