using System.Buffers;
using WalParser.Coding;
using WalParser.Compression;
using WalParser.IO;
using WalParser.Testing.Delivery;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Decompresses an input as a block and as frames. As a block, it is decompressed into a buffer of exactly the declared size, and nothing
/// is written past the buffer. As frames, it is decompressed at once and in pieces of odd sizes: the bytes and the outcome are the same,
/// and each call consumes input, writes output or ends.
/// </summary>
internal abstract class DecoderTarget : FuzzTarget
{
    private const int OutputLimit = 256 * 1024;
    private const byte Guard = 0xA5;

    private static readonly int[] PieceSizes = [1, 2, 3, 7, 61, 1000, int.MaxValue];

    private readonly byte[] _output = new byte[OutputLimit + 64];

    public override int MaxInputSize => 20_000;

    // The cost depends on the output: a few bytes may decompress to the largest allowed output.
    public override (long Base, long PerByte) StepLimit => (10_000_000, 5000);

    public override (long Base, long PerByte) AllocationLimit => (3_000_000, 400);

    protected abstract CompressionType Type { get; }

    public override void Run(byte[] input)
    {
        DecodeBlock(input);
        byte[] whole = DecodeFrames(input, int.MaxValue, int.MaxValue, out DecompressionStatus status, out bool isBetweenFrames);
        uint choice = Checksums.Crc32C.Compute(input);
        int inPiece = PieceSizes[choice % (uint)PieceSizes.Length];
        int outPiece = PieceSizes[choice / 16 % (uint)PieceSizes.Length];

        // Long output is not written byte by byte, because short output already covers that case.
        outPiece = whole.Length > 4096 ? Math.Max(outPiece, 997) : outPiece;
        byte[] pieces = DecodeFrames(input, inPiece, outPiece, out DecompressionStatus statusOfPieces, out bool isBetween);
        int common = Math.Min(whole.Length, pieces.Length);
        Check(whole.AsSpan(0, common).SequenceEqual(pieces.AsSpan(0, common)), "pieces give other bytes");

        // At the end of the buffer, the pieces determine whether the bytes that follow are decoded, and how much of a damaged block is
        // written.
        bool isFull = Math.Max(whole.Length, pieces.Length) == OutputLimit;
        bool isGood = status is DecompressionStatus.Done or DecompressionStatus.NeedMoreInput;
        bool isGoodInPieces = statusOfPieces is DecompressionStatus.Done or DecompressionStatus.NeedMoreInput;
        Check(
            isFull || VariesWithPieces || (status == statusOfPieces && isBetweenFrames == isBetween),
            "pieces have another outcome",
            $"{status} of {whole.Length} bytes, and {statusOfPieces} of {pieces.Length}, in {inPiece}, out {outPiece}");
        Check(!isGood || !isGoodInPieces || whole.Length == pieces.Length, "pieces give fewer bytes");
        ReadCopy(input, whole, inPiece, isFull, isGood && isBetweenFrames);
    }

    /// <summary>The format of the input as a compressed copy of a file.</summary>
    protected abstract CompressedCopyFormat Format { get; }

    /// <summary>
    /// Whether the package decodes a damaged frame differently in one call and in several calls: it can report another error, and accept or
    /// reject a block without content. The bytes are compared in any case.
    /// </summary>
    protected virtual bool VariesWithPieces => false;

    /// <summary>Creates a decoder of frames.</summary>
    protected abstract IFrameDecoder CreateDecoder();

    private void DecodeBlock(byte[] input)
    {
        var writer = new ArrayBufferWriter<byte>(16);
        DecompressionResult written = DecompressorRegistry.Default.Decompress(Type, input, writer, OutputLimit);
        ReadOnlySpan<byte> sized = input;
        if (Varint.TryRead32(ref sized, out uint claimed) && claimed <= OutputLimit)
        {
            Span<byte> room = _output.AsSpan(0, (int)claimed);
            _output.AsSpan((int)claimed, 64).Fill(Guard);
            DecompressionResult result = DecompressorRegistry.Default.Decompress(Type, input, room);
            Check(!_output.AsSpan((int)claimed, 64).ContainsAnyExcept(Guard), "bytes are written past the buffer");
            Check(
                VariesWithPieces || result.Status == written.Status,
                "decompression to a writer has another outcome",
                $"{written} and {result}");
            Check(
                !result.IsDone || !written.IsDone || (result.Written == claimed && writer.WrittenSpan.SequenceEqual(room)),
                "decompression to a writer gives other bytes");
            Check(result.IsDone == (result.Reason is null), "a failure without a reason");
        }
    }

    private byte[] DecodeFrames(byte[] input, int inPiece, int outPiece, out DecompressionStatus status, out bool isBetweenFrames)
    {
        using IFrameDecoder decoder = CreateDecoder();
        int position = 0;
        int end = 0;
        int length = 0;
        while (true)
        {
            int room = Math.Min(outPiece, OutputLimit - length);
            status = decoder.Decode(input.AsSpan(position..end), _output.AsSpan(length, room), out int consumed, out int written);
            Check(
                consumed >= 0 && consumed <= end - position && written >= 0 && written <= room,
                "more is consumed or written than available");
            Check(
                decoder is not ZstdDecoder zstd || zstd.MemorySize <= ZstdDecoder.DefaultWindowLimit + (1 << 20),
                "the decoder uses more memory than the largest window");
            position += consumed;
            length += written;
            switch (status)
            {
                case DecompressionStatus.NeedMoreInput or DecompressionStatus.Done when position == end && end < input.Length:
                case DecompressionStatus.NeedMoreInput when end < input.Length:
                    end += Math.Min(inPiece, input.Length - end);
                    continue;

                case DecompressionStatus.Done when position < input.Length:
                    Check(consumed > 0 || written > 0, "a call neither consumes nor writes");
                    continue;

                case DecompressionStatus.DestinationTooSmall when length < OutputLimit:
                    Check(written == room || consumed > 0, "more room is requested while there is some");
                    continue;
            }

            isBetweenFrames = decoder.IsBetweenFrames && position == input.Length;
            return _output[..length];
        }
    }

    /// <summary>
    /// Reads the input as a compressed copy. It gives the same bytes, and ends without an exception if and only if the frames are whole.
    /// </summary>
    private void ReadCopy(byte[] input, byte[] whole, int inPiece, bool isFull, bool isGood)
    {
        using Stream copy = CompressedCopy.Open(new PiecewiseStream(input, [inPiece]), Format);
        int length = 0;
        bool isBroken = false;
        try
        {
            for (int count = 1; count > 0 && length < OutputLimit; length += count)
            {
                count = copy.Read(_output.AsSpan(length, OutputLimit - length));
            }
        }
        catch (InvalidDataException)
        {
            isBroken = true;
        }

        int common = Math.Min(whole.Length, length);
        Check(whole.AsSpan(0, common).SequenceEqual(_output.AsSpan(0, common)), "a copy gives other bytes");
        Check(
            isFull || length == OutputLimit || VariesWithPieces || isBroken != isGood,
            "a copy has another outcome");
    }
}
