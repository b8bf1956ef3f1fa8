using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Tests.Compression;

public sealed class ZstdDecoderTests
{
    // A window of 1 KiB and one of 128 MiB.
    private const byte SmallWindow = 0;
    private const byte LargeWindow = 17 << 3;

    [Fact]
    public void An_empty_piece_has_no_effect()
    {
        using var decoder = new ZstdDecoder();
        Assert.Equal(DecompressionStatus.NeedMoreInput, decoder.Decode([], new byte[10], out var consumed, out var written));
        Assert.Equal((0, 0, true), (consumed, written, decoder.IsBetweenFrames));

        // The beginning of a header must be passed again with more bytes.
        Assert.Equal(DecompressionStatus.NeedMoreInput, decoder.Decode([0x28], new byte[10], out consumed, out written));
        Assert.Equal((0, 0, true), (consumed, written, decoder.IsBetweenFrames));
    }

    [Fact]
    public void Each_piece_returns_the_content_that_it_completes()
    {
        // A raw block is returned as it arrives, a repeated byte when its byte arrives, and an empty block is last.
        var frame = BlockWriter.Frame(
            SmallWindow, BlockWriter.Block(0, 3, false, 1, 2, 3), BlockWriter.Block(1, 5, false, 9), BlockWriter.Block(0, 0, true));
        int[] expected = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 5, 0, 0, 0];
        using var decompressor = new FragmentDecompressor();
        var output = new RecordBuffer(100);
        var given = new List<int>();
        for (var i = 0; i < frame.Length; i++)
        {
            var before = output.Length;
            Assert.Equal(FragmentDecompressor.Outcome.Done, decompressor.Decompress(frame.AsSpan(i, 1), output));
            given.Add(output.Length - before);
        }

        Assert.Equal(expected, given);
    }

    [Fact]
    public void A_call_ends_at_the_end_of_a_frame_and_the_next_call_reads_the_next_frame()
    {
        var frame = BlockWriter.Frame(SmallWindow, BlockWriter.Block(0, 3, true, 1, 2, 3));
        byte[] skippable = [0x51, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 7, 7];
        byte[] source = [.. frame, .. skippable, .. frame];
        using var decoder = new ZstdDecoder();
        var rest = source.AsSpan();
        foreach (var (length, content) in new[] { (frame.Length, 3), (skippable.Length, 0), (frame.Length, 3) })
        {
            Assert.Equal(DecompressionStatus.Done, decoder.Decode(rest, new byte[10], out var consumed, out var written));
            Assert.Equal((length, content), (consumed, written));
            rest = rest[consumed..];
        }

        Assert.True(rest.IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(70_000)]
    public void A_small_destination_is_filled_repeatedly(int room)
    {
        foreach (var name in new[] { "text-3.zst", "steps-19.zst", "large-3.zst" })
        {
            if (room < 100 && name == "large-3.zst")
            {
                continue;
            }

            var file = CompressionTestData.References(".zst").Single(reference => reference.Name == name);
            var rest = CompressionTestData.Reference(name).AsSpan();
            using var decoder = new ZstdDecoder();
            var output = new byte[file.Size];
            var total = 0;
            DecompressionStatus status;
            do
            {
                status = decoder.Decode(
                    rest, output.AsSpan(total, Math.Min(room, output.Length - total)), out var consumed, out var written);
                rest = rest[consumed..];
                total += written;
            }
            while (status == DecompressionStatus.DestinationTooSmall);

            Assert.Equal((DecompressionStatus.Done, file.Size), (status, total));
            Assert.Equal(file.Sha256, CompressionTestData.Sha256(output));
        }
    }

    [Fact]
    public void A_decoder_that_was_used_before_allocates_nothing()
    {
        var record = CompressionTestData.Reference("record-3.zst");
        var text = CompressionTestData.Reference("text-19.zst");
        var output = new byte[8000];
        using var decoder = new ZstdDecoder();
        decoder.Decompress(record, output);
        decoder.Decompress(text, output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            decoder.Decompress(record, output);
            decoder.Decompress(text, output);
            decoder.Decode(record, output, out _, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_wrong_checksum_is_detected()
    {
        var file = CompressionTestData.Reference("text-3.zst");
        file[^1] ^= 1;
        using var decoder = new ZstdDecoder();
        Assert.Equal(DecompressionStatus.ChecksumMismatch, decoder.Decompress(file, new byte[8000]).Status);
    }

    [Fact]
    public void A_failure_persists_until_Reset()
    {
        using var decoder = new ZstdDecoder();
        Assert.Equal(DecompressionStatus.UnknownFormat, Decode(decoder, [1, 2, 3, 4, 5]));
        var file = CompressionTestData.Reference("tiny-1.zst");
        Assert.Equal(DecompressionStatus.UnknownFormat, Decode(decoder, file));
        decoder.Reset();
        Assert.Equal(DecompressionStatus.Done, Decode(decoder, file));
    }

    // Each frame violates one rule.
    public static TheoryData<string, byte[], DecompressionStatus> Broken => new()
    {
        { "reserved bit of the header", [0x28, 0xB5, 0x2F, 0xFD, 0x08, 0], DecompressionStatus.Corrupt },
        { "wrong magic number after one byte", [0x29], DecompressionStatus.UnknownFormat },
        { "reserved block type", BlockWriter.Frame(SmallWindow, BlockWriter.Block(3, 1, true, 0)), DecompressionStatus.Corrupt },
        { "raw block over the window", BlockWriter.Frame(SmallWindow, BlockWriter.Block(0, 1025, true)), DecompressionStatus.Corrupt },
        {
            "repeated byte over the window",
            BlockWriter.Frame(SmallWindow, BlockWriter.Block(1, 1025, true, 0)),
            DecompressionStatus.Corrupt
        },
        { "block over 128 KiB", BlockWriter.Frame(LargeWindow, BlockWriter.Block(0, 131073, true)), DecompressionStatus.Corrupt },
        { "table repeated that was never set", Compressed(0x03, 0, 0, 0, 0), DecompressionStatus.Corrupt },
        { "reserved bits of the sequence modes", Compressed(0x00, 1, 0x01, 1), DecompressionStatus.Corrupt },
        { "sequence table repeated that was never set", Compressed(0x00, 1, 0xC0, 1), DecompressionStatus.Corrupt },
        { "sequences without an end marker", Compressed(0x00, 1, 0x00, 0), DecompressionStatus.Corrupt },
        { "bytes after a block without sequences", Compressed(0x08, 7, 0, 0), DecompressionStatus.Corrupt },
        { "literals longer than the block", Compressed(0xF8, 7, 0), DecompressionStatus.Corrupt },
        {
            "content larger than claimed",
            [0x28, 0xB5, 0x2F, 0xFD, 0x20, 2, .. BlockWriter.Block(1, 2, false, 7), .. BlockWriter.Block(1, 1, true, 7)],
            DecompressionStatus.Corrupt
        },
        {
            "content smaller than claimed",
            [0x28, 0xB5, 0x2F, 0xFD, 0x20, 2, .. BlockWriter.Block(1, 1, true, 7)],
            DecompressionStatus.Corrupt
        },

        // One literal, then a match. The repeated bytes that encode the modes result in literal length 1, offset code 2 (1 to 4) and match
        // length 3.
        { "offset before the start", Compressed(0x08, 7, 1, 0x54, 1, 2, 0, 0x07), DecompressionStatus.Corrupt },
        { "bits left over", Compressed(0x08, 7, 1, 0x54, 1, 2, 0, 0x14), DecompressionStatus.Corrupt },
        { "too few bits", Compressed(0x08, 7, 1, 0x54, 1, 2, 0, 0x02), DecompressionStatus.Corrupt },
        { "more literals wanted than there are", Compressed(0x08, 7, 1, 0x54, 2, 2, 0, 0x04), DecompressionStatus.Corrupt },
        { "literal length code out of range", Compressed(0x08, 7, 1, 0x54, 36, 2, 0, 0x04), DecompressionStatus.Corrupt },
        { "match length code out of range", Compressed(0x08, 7, 1, 0x54, 1, 2, 53, 0x04), DecompressionStatus.Corrupt },
        { "offset code out of range", Compressed(0x08, 7, 1, 0x54, 1, 32, 0, 0x04), DecompressionStatus.Corrupt },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Malformed_frames_are_refused(string what, byte[] frame, DecompressionStatus expected)
    {
        using var decoder = new ZstdDecoder();
        Assert.True(expected == Decode(decoder, frame), $"{what}: {decoder.Reason}");
        Assert.NotNull(decoder.Reason);
    }

    [Fact]
    public void The_frame_that_the_malformed_frames_derive_from_is_valid()
    {
        var output = new byte[10];
        using var decoder = new ZstdDecoder();
        var result = decoder.Decompress(Compressed(0x08, 7, 1, 0x54, 1, 2, 0, 0x04), output);
        Assert.Equal((DecompressionStatus.Done, 4, null), (result.Status, result.Written, result.Reason));
        Assert.Equal(new byte[] { 7, 7, 7, 7 }, output[..4]);
    }

    private static byte[] Compressed(params byte[] block) =>
        BlockWriter.Frame(SmallWindow, BlockWriter.Block(2, block.Length, true, block));

    private static DecompressionStatus Decode(ZstdDecoder decoder, ReadOnlySpan<byte> frame) =>
        decoder.Decode(frame, new byte[4096], out _, out _);
}
