using WalParser.Framing;

namespace WalParser.Writing;

/// <content>Cuts records into fragments.</content>
public sealed partial class LogWriter
{
    // Null if the log is not compressed.
    private readonly ZstdCompressor? _compressor;

    /// <summary>
    /// The buffer for a chunk of a frame. Its length is that of a block without a header, as in RocksDB's writer. The compressor returns a
    /// frame in chunks of this length, and each chunk is cut at the end of a block. (The length matters: RocksDB 7.8 loses a fragment whose
    /// payload is at the same place in memory as the payload before it, which happens to fragments that fill their blocks.)
    /// </summary>
    private readonly byte[] _chunk = [];

    /// <summary>Whether the first fragment of the current record, which may be empty, is written.</summary>
    private bool _hasFirst;

    /// <summary>
    /// The writer of single fragments below this one, at the same position: for fragments between records that this writer does not write,
    /// such as control records of other types. They do not count as records, and reach the output with the bytes after them. Do not keep
    /// the reference: this property throws when the log can no longer be written, and the fragment writer does not.
    /// </summary>
    /// <exception cref="InvalidOperationException">An earlier write or flush failed, or has not completed.</exception>
    public FragmentWriter Fragments
    {
        get
        {
            EnsureUsable();
            return _fragments;
        }
    }

    /// <summary>The native memory of the compressor, in bytes; 0 if the log is not compressed.</summary>
    internal long NativeSize => _compressor?.NativeSize ?? 0;

    /// <summary>Writes a record without waits.</summary>
    private void WriteParts(ReadOnlySpan<byte> record)
    {
        BeginParts();
        int consumed = 0;
        while (!WritePart(record, ref consumed))
        {
        }
    }

    private void BeginParts()
    {
        _hasFirst = false;
        _compressor?.Begin();
    }

    /// <summary>
    /// Writes the next part of a record: a fragment, or the fragments of a chunk of its Zstandard frame. Parts end at the same places
    /// whether the record is written with or without waits, because a chunk ends where it is full.
    /// </summary>
    /// <param name="record">The whole record.</param>
    /// <param name="consumed">The number of its bytes that are written or compressed.</param>
    /// <returns>Whether the whole record is written.</returns>
    private bool WritePart(ReadOnlySpan<byte> record, ref int consumed)
    {
        // RocksDB does not compress an empty record: it has no frame.
        if (_compressor is null || record.IsEmpty)
        {
            return WriteFragmentOf(record, ref consumed, isContinued: false);
        }

        bool isLast = _compressor.Compress(record, ref consumed, _chunk, out int length);
        int written = 0;
        while (!WriteFragmentOf(_chunk.AsSpan(0, length), ref written, isContinued: !isLast))
        {
        }

        return isLast;
    }

    /// <summary>
    /// Writes the next fragment of a record, or of a chunk of a compressed record. As in RocksDB, the fragment is empty where only a header
    /// fits in the block.
    /// </summary>
    /// <returns>Whether all bytes are written.</returns>
    private bool WriteFragmentOf(ReadOnlySpan<byte> bytes, ref int written, bool isContinued)
    {
        ReadOnlySpan<byte> rest = bytes[written..];
        _fragments.FillBlockUnlessFits(_headerSize);
        int length = _fragments.PayloadLengthFor(rest.Length, _options.IsRecyclable, isContinued);
        bool isAll = length == rest.Length;
        WriteFragment(rest[..length], isLast: isAll && !isContinued);
        written += length;
        return isAll;
    }

    private void WriteFragment(ReadOnlySpan<byte> payload, bool isLast)
    {
        FragmentType type = (_hasFirst, isLast) switch
        {
            (false, true) => FragmentType.Full,
            (false, false) => FragmentType.First,
            (true, false) => FragmentType.Middle,
            (true, true) => FragmentType.Last,
        };
        _hasFirst = true;
        _fragments.Write(TypeOf(type), payload);
    }

    /// <summary>Returns the plain or the recyclable form of the type of a fragment.</summary>
    private FragmentType TypeOf(FragmentType type) =>
        _options.IsRecyclable ? type + (FragmentType.RecyclableFull - FragmentType.Full) : type;

    /// <summary>
    /// Writes a control record, which is never cut: if it does not fit in the block, the rest of the block is filled with zeros.
    /// </summary>
    private void WriteControl(FragmentType type, FragmentType recyclableType, ReadOnlySpan<byte> payload)
    {
        _fragments.FillBlockUnlessFits(_headerSize + payload.Length);
        _fragments.Write(_options.IsRecyclable ? recyclableType : type, payload);
    }
}
