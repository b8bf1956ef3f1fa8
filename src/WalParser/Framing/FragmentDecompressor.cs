using WalParser.Compression;

namespace WalParser.Framing;

/// <summary>
/// Decompresses the fragments of a compressed log (RocksDB, <c>util/compression.cc</c>, <c>ZSTDStreamingUncompress</c>). The payloads of
/// the fragments of a record are one Zstandard frame, and each fragment yields the part of the content that it completes.
/// </summary>
/// <remarks>Uses memory that the garbage collector does not manage, until it is disposed.</remarks>
internal sealed class FragmentDecompressor(ZstdDictionaries? dictionaries = null) : IDisposable
{
    private readonly ZstdDecoder _decoder = new(dictionaries: dictionaries);

    // The first part of a frame header at the end of a fragment. The decoder needs the whole header.
    private readonly byte[] _header = new byte[ZstdFrameHeader.MaximumLength];
    private int _headerLength;

    /// <summary>The result of <see cref="Decompress"/>.</summary>
    public enum Outcome
    {
        /// <summary>The fragment was consumed, and its content was added.</summary>
        Done,

        /// <summary>The fragment is not part of a frame.</summary>
        Corrupt,

        /// <summary>The content exceeds the limit of the buffer.</summary>
        TooLarge,
    }

    /// <summary>The reason for the last <see cref="Outcome.Corrupt"/>, until <see cref="Reset"/>.</summary>
    public string? Reason => _decoder.Reason;

    /// <summary>Prepares for a new record, which begins a new frame.</summary>
    public void Reset()
    {
        _decoder.Reset();
        _headerLength = 0;
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>Decompresses a fragment.</summary>
    /// <param name="fragment">The payload of the fragment.</param>
    /// <param name="output">The buffer to which its content is added.</param>
    public Outcome Decompress(ReadOnlySpan<byte> fragment, RecordBuffer output)
    {
        while (true)
        {
            switch (Decode(ref fragment, output))
            {
                case DecompressionStatus.NeedMoreInput or DecompressionStatus.Done when fragment.IsEmpty:
                    return Outcome.Done;

                case DecompressionStatus.NeedMoreInput or DecompressionStatus.Done:
                    // The frame continues after a header that was kept; as in libzstd, bytes after a frame are another frame.
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
