using WalParser.Compression;

namespace WalParser.Framing;

/// <summary>
/// Decompresses the fragments of a compressed log (RocksDB, <c>util/compression.cc</c>, <c>ZSTDStreamingUncompress</c>): the
/// payloads of a record's fragments make one Zstandard frame, and each fragment gives what it completes of it.
/// </summary>
/// <remarks>Holds memory that the garbage collector does not manage, until it is disposed.</remarks>
internal sealed class FragmentDecompressor(ZstdDictionaries? dictionaries = null) : IDisposable
{
    private readonly ZstdDecoder _decoder = new(dictionaries: dictionaries);

    // The beginning of a frame's header that a fragment ended with: the decoder takes headers whole.
    private readonly byte[] _header = new byte[ZstdFrameHeader.MaximumLength];
    private int _headerLength;

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

    /// <summary>The reason of the last <see cref="Outcome.Corrupt"/>, until <see cref="Reset"/>.</summary>
    public string? Reason => _decoder.Reason;

    /// <summary>A new record begins, and with it a new frame.</summary>
    public void Reset()
    {
        _decoder.Reset();
        _headerLength = 0;
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>Adds to <paramref name="output"/> what <paramref name="fragment"/> gives.</summary>
    public Outcome Decompress(ReadOnlySpan<byte> fragment, RecordBuffer output)
    {
        while (true)
        {
            switch (Decode(ref fragment, output))
            {
                case DecompressionStatus.NeedMoreInput or DecompressionStatus.Done when fragment.IsEmpty:
                    return Outcome.Done;

                case DecompressionStatus.NeedMoreInput or DecompressionStatus.Done:
                    // The frame goes on after a header that was held; as in libzstd, what follows a frame is another.
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

    private DecompressionStatus Decode(ref ReadOnlySpan<byte> fragment, RecordBuffer output)
    {
        int held = _headerLength;
        ReadOnlySpan<byte> source = fragment;
        if (held > 0)
        {
            int added = Math.Min(fragment.Length, _header.Length - held);
            fragment[..added].CopyTo(_header.AsSpan(held));
            source = _header.AsSpan(0, held + added);
        }

        DecompressionStatus status = _decoder.Decode(source, output.Room, out int consumed, out int written);
        output.Advance(written);
        if (status == DecompressionStatus.NeedMoreInput && consumed == 0)
        {
            source.CopyTo(_header);
            _headerLength = source.Length;
            fragment = default;
            return status;
        }

        _headerLength = 0;
        fragment = status is DecompressionStatus.Done or DecompressionStatus.NeedMoreInput or DecompressionStatus.DestinationTooSmall
            ? fragment[(consumed - held)..] : default;
        return status;
    }
}
