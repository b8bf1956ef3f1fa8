using WalParser.Framing;

namespace WalParser.Writing;

/// <content>How records are cut into fragments.</content>
public sealed partial class LogWriter
{
    // For a compressed log.
    private readonly ZstdCompressor? _compressor;

    /// <summary>
    /// A chunk of a frame: a block less a header, as RocksDB's writer has it. A frame comes out in chunks of this length, and each chunk is
    /// cut where a block ends. (That matters: RocksDB 7.8 loses a fragment whose payload comes to lie in memory where the one before it
    /// lay, as happens to fragments that fill their blocks.)
    /// </summary>
    private readonly byte[] _chunk = [];

    /// <summary>Whether the record that is being written has its first fragment, which may be an empty one.</summary>
    private bool _hasFirst;

    /// <summary>Writes a record as a whole.</summary>
    private void WriteParts(ReadOnlySpan<byte> record)
    {
        BeginParts();
        int taken = 0;
        while (!WritePart(record, ref taken))
        {
        }
    }

    private void BeginParts()
    {
        _hasFirst = false;
        _compressor?.Begin();
    }

    /// <summary>
    /// Writes on at a record: a fragment, or the fragments of a chunk of its Zstandard frame. Parts end at the same places whether the
    /// record is written with waits or without, since a chunk ends where it is full.
    /// </summary>
    /// <param name="record">The whole record.</param>
    /// <param name="taken">How many bytes of it are written, or compressed.</param>
    /// <returns>Whether the record has come to its end.</returns>
    private bool WritePart(ReadOnlySpan<byte> record, ref int taken)
    {
        // RocksDB compresses no empty record: it is no frame at all.
        if (_compressor is null || record.IsEmpty)
        {
            return WriteFragmentOf(record, ref taken, goesOn: false);
        }

        bool isLast = _compressor.Compress(record, ref taken, _chunk, out int length);
        int written = 0;
        while (!WriteFragmentOf(_chunk.AsSpan(0, length), ref written, goesOn: !isLast))
        {
        }

        return isLast;
    }

    /// <summary>
    /// Writes the next fragment of a record, or of a chunk of a compressed one. It may be empty, where nothing but a header fits in the
    /// block. RocksDB does the same.
    /// </summary>
    /// <returns>Whether all bytes are written.</returns>
    private bool WriteFragmentOf(ReadOnlySpan<byte> bytes, ref int written, bool goesOn)
    {
        ReadOnlySpan<byte> rest = bytes[written..];
        int length = Cut(rest.Length, goesOn);
        bool isAll = length == rest.Length;
        WriteFragment(rest[..length], isLast: isAll && !goesOn);
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
        _laidOut?.Add((TypeOf(type), payload.ToArray()));
    }

    /// <summary>The type of a record's fragment, in the form that the log has.</summary>
    private FragmentType TypeOf(FragmentType type) => _options.IsRecyclable ? type + (FragmentType.RecyclableFull - FragmentType.Full) : type;

    /// <summary>
    /// Goes to the next block if no header fits in this one, and says how long the next fragment's payload is to be. In a recyclable log a record that goes on leaves
    /// no 7 to 10 bytes in a block: zeros of that length read as the header of a fragment of nothing, and end the record in which they stand. (RocksDB's
    /// writer takes no such care with compressed records, and its reader loses them.)
    /// </summary>
    /// <param name="rest">How many bytes of the record, or of the chunk of a compressed one, are left.</param>
    /// <param name="goesOn">Whether the record goes on behind these.</param>
    private int Cut(int rest, bool goesOn)
    {
        FillUnlessFits(_fragments, _headerSize);
        int room = _fragments.LeftInBlock - _headerSize;
        int length = Math.Min(rest, Math.Min(room, _maxPayload));
        int left = room - length;
        if (left < FragmentWriter.HeaderSize || left >= _headerSize || (length == rest && !goesOn))
        {
            return length;
        }

        int missing = _headerSize - left;
        return length >= missing ? length - missing : Math.Min(rest, room);
    }

    /// <summary>Writes a control record, which is never cut: if it does not fit in the block, the rest of that is zeros.</summary>
    private void WriteControl(FragmentType type, FragmentType recyclableType, ReadOnlySpan<byte> payload)
    {
        FillUnlessFits(_fragments, _headerSize + payload.Length);
        _fragments.Write(_options.IsRecyclable ? recyclableType : type, payload);
    }
}
