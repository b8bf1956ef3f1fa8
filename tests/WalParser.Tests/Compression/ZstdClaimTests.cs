using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.TestSupport.Logs;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace WalParser.Tests.Compression;

/// <summary>
/// Claims in Zstandard frames: windows and content sizes allocate no more than the limits, and the content ends where the frame states.
/// </summary>
public sealed class ZstdClaimTests
{
    private const long ContextSize = 1 << 20;

    /// <summary>The exponents of all window sizes of the format.</summary>
    public static TheoryData<int> Exponents => [.. Enumerable.Range(10, 22)];

    [Theory]
    [MemberData(nameof(Exponents))]
    public void A_window_is_allocated_as_claimed_or_refused_with_its_size(int exponent)
    {
        byte[] frame = BlockWriter.Frame((byte)((exponent - 10) << 3), BlockWriter.Block(0, 3, true, 1, 2, 3));
        bool isAllowed = exponent <= 27;
        foreach (int piece in new[] { 1, 2, 5, int.MaxValue })
        {
            using var decoder = new ZstdDecoder();
            long before = GC.GetAllocatedBytesForCurrentThread();
            byte[] content = new byte[3];
            DecompressionStatus status = Feed(decoder, frame, piece, content, out int length);
            Assert.Equal(isAllowed ? DecompressionStatus.Done : DecompressionStatus.WindowTooLarge, status);
            Assert.Equal(isAllowed ? 3 : 0, length);
            Assert.InRange(decoder.MemorySize, 0, isAllowed ? (1L << exponent) + ContextSize : ContextSize);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
            if (!isAllowed)
            {
                Assert.Contains($"window of {1L << exponent} bytes", decoder.Reason, StringComparison.Ordinal);
            }
        }

        using Stream copy = CompressedCopy.Open(new MemoryStream(frame), CompressedCopyFormat.Zstd);
        if (isAllowed)
        {
            Assert.Equal(3, copy.ReadAtLeast(new byte[10], 10, throwOnEndOfStream: false));
        }
        else
        {
            Assert.Contains("window", Assert.Throws<InvalidDataException>(() => copy.ReadByte()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_smallest_window_over_the_limit_is_refused_and_the_limit_is_configurable()
    {
        byte[] frame = BlockWriter.Frame((17 << 3) | 1, BlockWriter.Block(0, 3, true, 1, 2, 3));
        using var usual = new ZstdDecoder();
        Assert.Equal(DecompressionStatus.WindowTooLarge, usual.Decompress(frame, new byte[3]).Status);
        using var larger = new ZstdDecoder(1L << 30);
        Assert.True(larger.Decompress(frame, new byte[3]).IsDone);
        using var smaller = new ZstdDecoder(1 << 16);
        byte[] middle = BlockWriter.Frame(7 << 3, BlockWriter.Block(0, 3, true, 1, 2, 3));
        Assert.Equal(DecompressionStatus.WindowTooLarge, smaller.Decompress(middle, new byte[3]).Status);

        // A failure in one frame does not affect the next frame.
        Assert.True(smaller.Decompress(BlockWriter.Frame(6 << 3, BlockWriter.Block(0, 3, true, 1, 2, 3)), new byte[3]).IsDone);
    }

    [Theory]
    [InlineData(100 << 20, DecompressionStatus.NeedMoreInput)]
    [InlineData(128 << 20, DecompressionStatus.NeedMoreInput)]
    [InlineData((128 << 20) + 2, DecompressionStatus.WindowTooLarge)]
    [InlineData(uint.MaxValue, DecompressionStatus.WindowTooLarge)]
    public void A_claimed_content_size_allocates_no_more_than_a_window(uint claimed, DecompressionStatus expected)
    {
        // A single segment that consists of one block of three bytes.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0xA0, .. BitConverter.GetBytes(claimed), .. BlockWriter.Block(0, 3, false, 1, 2, 3)];
        using var decoder = new ZstdDecoder();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(expected, decoder.Decode(frame, new byte[100], out _, out int written));
        Assert.Equal(expected == DecompressionStatus.NeedMoreInput ? 3 : 0, written);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
        Assert.InRange(decoder.MemorySize, 0, ZstdDecoder.DefaultWindowLimit + ContextSize);
    }

    [Fact]
    public void The_registry_allocates_nothing_for_a_truncated_bomb()
    {
        // A window of 1 KiB and no content size, in a block that claims as much as its length makes possible.
        byte[] block = [.. WalBytes.Varint(10 * 32_768), .. BlockWriter.Frame(0, BlockWriter.Block(1, 1000, false, 0))];
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        DecompressionResult result = DecompressorRegistry.Default.Decompress(CompressionType.Zstd, block, writer, int.MaxValue);
        Assert.Equal(DecompressionStatus.NeedMoreInput, result.Status);
        Assert.InRange(writer.Capacity, 0, 256 << 10);
    }

    // Sizes around that of a block, whose output takes several calls, and around that of the first piece of the record.
    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int size in new[] { 1, 255, 256, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 262_144, 400_000 })
            {
                foreach (int piece in new[] { 100, 4097, int.MaxValue })
                {
                    sizes.Add(size, piece);
                }
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_record_of_exactly_the_limit_is_decoded_and_one_byte_more_is_refused(int size, int piece)
    {
        byte[] content = Content(size);
        foreach (bool hasChecksum in new[] { true, false })
        {
            foreach (bool hasSize in new[] { true, false })
            {
                byte[] frame = Frame(content, hasChecksum, hasSize);
                (FragmentDecompressor.Outcome outcome, byte[] got) = Decompress(frame, piece, size);
                Assert.Equal(FragmentDecompressor.Outcome.Done, outcome);
                Assert.True(content.AsSpan().SequenceEqual(got));
                (outcome, got) = Decompress(frame, piece, size - 1);
                Assert.Equal(FragmentDecompressor.Outcome.TooLarge, outcome);
                Assert.True(content.AsSpan(0, got.Length).SequenceEqual(got));

                // The whole content is returned if the destination is always filled exactly.
                using var decoder = new ZstdDecoder();
                byte[] whole = new byte[size];
                int total = 0;
                ReadOnlySpan<byte> rest = frame;
                DecompressionStatus status;
                do
                {
                    status = decoder.Decode(rest, whole.AsSpan(total, Math.Min(8192, size - total)), out int consumed, out int written);
                    rest = rest[consumed..];
                    total += written;
                }
                while (status == DecompressionStatus.DestinationTooSmall);
                Assert.Equal((DecompressionStatus.Done, size, 0), (status, total, rest.Length));
                Assert.True(content.AsSpan().SequenceEqual(whole));
            }
        }
    }

    [Theory]
    [InlineData("text-3.zst", 8000)]
    [InlineData("text-unsized-3.zst", 8000)]
    [InlineData("several.zst", 8301)]
    public void A_record_may_be_split_into_fragments_at_every_byte(string name, int size)
    {
        byte[] frames = CompressionTestData.Reference(name);
        using var decompressor = new FragmentDecompressor();
        var output = new RecordBuffer(size);
        string expected = CompressionTestData.References(".zst").Single(file => file.Name == name).Sha256;
        for (int cut = 0; cut <= frames.Length; cut++)
        {
            decompressor.Reset();
            output.Clear();
            Assert.Equal(FragmentDecompressor.Outcome.Done, decompressor.Decompress(frames.AsSpan(0, cut), output));
            Assert.Equal(FragmentDecompressor.Outcome.Done, decompressor.Decompress([], output));
            Assert.Equal(FragmentDecompressor.Outcome.Done, decompressor.Decompress(frames.AsSpan(cut), output));
            Assert.Equal(expected, CompressionTestData.Sha256(output.Written));
        }
    }

    /// <summary>libzstd treats 16 calls without progress as an endless loop, but empty fragments are not an error.</summary>
    [Fact]
    public void Any_number_of_empty_fragments_is_accepted()
    {
        byte[] frame = CompressionTestData.Reference("text-3.zst");
        using var decompressor = new FragmentDecompressor();
        var output = new RecordBuffer(8000);
        for (int i = 0; i < frame.Length; i++)
        {
            Assert.Equal(FragmentDecompressor.Outcome.Done, decompressor.Decompress(frame.AsSpan(i, 1), output));
            for (int k = 0; i % 97 == 0 && k < 40; k++)
            {
                Assert.Equal(FragmentDecompressor.Outcome.Done, decompressor.Decompress([], output));
            }
        }

        Assert.Equal(8000, output.Length);
    }

    private static (FragmentDecompressor.Outcome Outcome, byte[] Content) Decompress(byte[] frame, int piece, int limit)
    {
        using var decompressor = new FragmentDecompressor();
        var output = new RecordBuffer(limit);
        var outcome = FragmentDecompressor.Outcome.Done;
        for (int position = 0; position < frame.Length && outcome == FragmentDecompressor.Outcome.Done;)
        {
            int length = Math.Min(piece, frame.Length - position);
            outcome = decompressor.Decompress(frame.AsSpan(position, length), output);
            position += length;
        }

        return (outcome, output.Written.ToArray());
    }

    // Decodes pieces like the fragments of a record: unconsumed bytes, the beginning of a header, are passed again with the next piece.
    private static DecompressionStatus Feed(ZstdDecoder decoder, byte[] frame, int piece, byte[] content, out int length)
    {
        length = 0;
        int position = 0;
        int end = 0;
        while (true)
        {
            DecompressionStatus status = decoder.Decode(
                frame.AsSpan(position..end), content.AsSpan(length), out int consumed, out int written);
            position += consumed;
            length += written;
            if (status != DecompressionStatus.NeedMoreInput || end == frame.Length)
            {
                return status;
            }

            end += Math.Min(piece, frame.Length - end);
        }
    }

    private static byte[] Content(int size)
    {
        var random = new Random(size);
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++)
        {
            content[i] = (byte)(i % 1000 < 700 ? i * 7 / 5 : random.Next(256));
        }

        return content;
    }

    private static byte[] Frame(byte[] content, bool hasChecksum, bool hasSize)
    {
        using var compressor = new Compressor(level: 3);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, hasChecksum ? 1 : 0);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_contentSizeFlag, hasSize ? 1 : 0);
        return compressor.Wrap(content).ToArray();
    }
}
