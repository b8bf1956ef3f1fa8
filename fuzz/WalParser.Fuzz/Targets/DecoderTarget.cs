using System.Buffers;
using WalParser.Coding;
using WalParser.Compression;
using WalParser.IO;
using WalParser.Testing.Delivery;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Decompresses an input as a block and as frames. As a block, into exactly as much room as it claims: nothing is written beyond, whatever comes of it.
/// As frames, at once and in pieces of odd sizes: the same bytes, the same outcome, and each call consumes, delivers or ends.
/// </summary>
internal abstract class DecoderTarget : FuzzTarget
{
    private const int OutputLimit = 256 * 1024;
    private const byte Guard = 0xA5;

    private static readonly int[] PieceSizes = [1, 2, 3, 7, 61, 1000, int.MaxValue];

    private readonly byte[] _output = new byte[OutputLimit + 64];

    public override int MaxInputSize => 20_000;

    // What is paid for is output: a few bytes may stand for all that is allowed.
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

        // What is long is not delivered byte by byte: that tells nothing that is not told by what is short.
        outPiece = whole.Length > 4096 ? Math.Max(outPiece, 997) : outPiece;
        byte[] pieces = DecodeFrames(input, inPiece, outPiece, out DecompressionStatus statusOfPieces, out bool isBetween);
        int common = Math.Min(whole.Length, pieces.Length);
        Check(whole.AsSpan(0, common).SequenceEqual(pieces.AsSpan(0, common)), "other bytes in pieces");

        // Where the room ends it depends on the pieces whether what comes behind is looked at, and how much of a damaged block is delivered.
        bool isFull = Math.Max(whole.Length, pieces.Length) == OutputLimit;
        bool isGood = status is DecompressionStatus.Done or DecompressionStatus.NeedMoreInput;
        bool isGoodInPieces = statusOfPieces is DecompressionStatus.Done or DecompressionStatus.NeedMoreInput;
        Check(
            isFull || VariesWithPieces || (status == statusOfPieces && isBetweenFrames == isBetween),
            "another outcome in pieces",
            $"{status} of {whole.Length} bytes, and {statusOfPieces} of {pieces.Length}, in {inPiece}, out {outPiece}");
        Check(!isGood || !isGoodInPieces || whole.Length == pieces.Length, "fewer bytes in pieces");
        ReadCopy(input, whole, inPiece, isFull, isGood && isBetweenFrames);
    }

    /// <summary>What the input is as a copy of a file.</summary>
    protected abstract CompressedCopyFormat Format { get; }

    /// <summary>
    /// Whether the package decodes a damaged frame in one call in another way than in several calls: it can report another fault, and accept or
    /// refuse a block without content. The bytes are compared all the same.
    /// </summary>
    protected virtual bool VariesWithPieces => false;

    /// <summary>A decoder of frames.</summary>
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
            Check(!_output.AsSpan((int)claimed, 64).ContainsAnyExcept(Guard), "written beyond the room");
            Check(VariesWithPieces || result.Status == written.Status, "a writer gets another outcome", $"{written} and {result}");
            Check(!result.IsDone || !written.IsDone || (result.Written == claimed && writer.WrittenSpan.SequenceEqual(room)), "a writer gets other bytes");
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
            Check(consumed >= 0 && consumed <= end - position && written >= 0 && written <= room, "consumed or written more than there is");
            Check(decoder is not ZstdDecoder zstd || zstd.MemorySize <= ZstdDecoder.DefaultWindowLimit + (1 << 20), "more memory than the largest window");
            position += consumed;
            length += written;
            switch (status)
            {
                case DecompressionStatus.NeedMoreInput or DecompressionStatus.Done when position == end && end < input.Length:
                case DecompressionStatus.NeedMoreInput when end < input.Length:
                    end += Math.Min(inPiece, input.Length - end);
                    continue;

                case DecompressionStatus.Done when position < input.Length:
                    Check(consumed > 0 || written > 0, "a call does nothing");
                    continue;

                case DecompressionStatus.DestinationTooSmall when length < OutputLimit:
                    Check(written == room || consumed > 0, "more room is wanted while there is some");
                    continue;
            }

            isBetweenFrames = decoder.IsBetweenFrames && position == input.Length;
            return _output[..length];
        }
    }

    /// <summary>Reads the input as a copy: it gives the same bytes, and ends without complaint just where the frames are whole.</summary>
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
