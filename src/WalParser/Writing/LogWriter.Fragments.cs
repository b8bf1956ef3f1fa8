using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Writing;

/// <content>How records are cut into fragments.</content>
public sealed partial class LogWriter
{
    /// <summary>Whether the record that is being written has its first fragment, which may be an empty one.</summary>
    private bool _hasFirst;

    /// <summary>
    /// Writes the next fragment of a record, and returns how many bytes of it that took: none, where nothing but a header fits in the block. RocksDB does
    /// the same.
    /// </summary>
    private int WriteFragment(ReadOnlySpan<byte> rest)
    {
        int length = Cut(rest.Length, goesOn: false);
        WriteFragment(rest[..length], isLast: length == rest.Length);
        return length;
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

    /// <summary>
    /// Cuts the Zstandard frame of a record into fragments while it is made, as RocksDB does: the frame comes in chunks of a block's size less a header,
    /// and each chunk is cut where a block ends. (That matters: RocksDB 7.8 loses a fragment whose payload comes to lie in memory where the one before it lay,
    /// as happens to fragments that fill their blocks.)
    /// </summary>
    private sealed class FrameCutter(LogWriter log) : ZstdFrameWriter
    {
        private readonly byte[] _chunk = new byte[FragmentWriter.BlockSize - log._headerSize];
        private int _length;

        public override void Begin(int contentLength)
        {
            _length = 0;

            // An empty record is no frame at all.
            if (contentLength > 0)
            {
                base.Begin(contentLength);
            }
        }

        public override void End()
        {
            base.End();
            WriteChunk(isLast: true);
        }

        protected override void Emit(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > _chunk.Length - _length)
            {
                int count = _chunk.Length - _length;
                bytes[..count].CopyTo(_chunk.AsSpan(_length));
                bytes = bytes[count..];
                _length = _chunk.Length;
                WriteChunk(isLast: false);
            }

            bytes.CopyTo(_chunk.AsSpan(_length));
            _length += bytes.Length;
        }

        private void WriteChunk(bool isLast)
        {
            ReadOnlySpan<byte> rest = _chunk.AsSpan(0, _length);
            do
            {
                int length = log.Cut(rest.Length, goesOn: !isLast);
                log.WriteFragment(rest[..length], isLast && length == rest.Length);
                rest = rest[length..];
            }
            while (!rest.IsEmpty);
            _length = 0;
        }
    }
}
