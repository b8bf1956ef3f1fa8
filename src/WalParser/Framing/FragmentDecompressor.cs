using WalParser.Compression;

namespace WalParser.Framing;

/// <summary>
/// Decompresses the fragments of a compressed log (RocksDB, <c>util/compression.cc</c>, <c>ZSTDStreamingUncompress</c>): the
/// payloads of a record's fragments make one Zstandard frame, and each fragment gives what it completes of it.
/// </summary>
internal sealed class FragmentDecompressor
{
    private readonly ZstdDecoder _decoder = new();

    /// <summary>What came of a fragment.</summary>
    public enum Outcome
    {
        /// <summary>It was used up, and what it gave was added.</summary>
        Done,

        /// <summary>It is no part of a frame.</summary>
        Corrupt,

        /// <summary>It gives more than there may be.</summary>
        TooLarge,
    }

    /// <summary>A new record begins, and with it a new frame.</summary>
    public void Reset() => _decoder.Reset();

    /// <summary>Adds to <paramref name="output"/> what <paramref name="fragment"/> gives.</summary>
    public Outcome Decompress(ReadOnlySpan<byte> fragment, RecordBuffer output)
    {
        while (true)
        {
            DecompressionStatus status = _decoder.Decode(fragment, output.Room, out int consumed, out int written);
            output.Advance(written);
            fragment = fragment[consumed..];
            switch (status)
            {
                case DecompressionStatus.NeedMoreInput:
                case DecompressionStatus.Done when fragment.IsEmpty:
                    return Outcome.Done;

                case DecompressionStatus.Done:
                    // As in libzstd, what follows a frame is another.
                    break;

                case DecompressionStatus.DestinationTooSmall when output.TryGrow():
                    break;

                case DecompressionStatus.DestinationTooSmall:
                    return Outcome.TooLarge;

                default:
                    return Outcome.Corrupt;
            }
        }
    }
}
