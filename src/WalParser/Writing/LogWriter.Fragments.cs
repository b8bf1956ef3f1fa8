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
        int length = Math.Min(rest.Length, PrepareFragment());
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
        _fragments.Write(_options.IsRecyclable ? type + (FragmentType.RecyclableFull - FragmentType.Full) : type, payload);
    }

    /// <summary>Goes to the next block if no header fits in this one, and says how long a fragment's payload may be.</summary>
    private int PrepareFragment()
    {
        if (_fragments.LeftInBlock < _headerSize)
        {
            _fragments.FillBlock();
        }

        return _fragments.LeftInBlock - _headerSize;
    }

    /// <summary>Writes a control record, which is never cut: if it does not fit in the block, the rest of that is zeros.</summary>
    private void WriteControl(FragmentType type, FragmentType recyclableType, ReadOnlySpan<byte> payload)
    {
        if (_fragments.LeftInBlock < _headerSize + payload.Length)
        {
            _fragments.FillBlock();
        }

        _fragments.Write(_options.IsRecyclable ? recyclableType : type, payload);
    }

    /// <summary>Cuts the Zstandard frame of a record into fragments while it is made; its length is not known before.</summary>
    private sealed class FrameCutter(LogWriter log) : ZstdFrameWriter
    {
        private readonly byte[] _fragment = new byte[FragmentWriter.BlockSize];
        private int _capacity;
        private int _length;

        public override void Begin(int contentLength)
        {
            _capacity = log.PrepareFragment();
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
            log.WriteFragment(_fragment.AsSpan(0, _length), isLast: true);
        }

        protected override void Emit(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > _capacity - _length)
            {
                int count = _capacity - _length;
                bytes[..count].CopyTo(_fragment.AsSpan(_length));
                bytes = bytes[count..];
                log.WriteFragment(_fragment.AsSpan(0, _capacity), isLast: false);
                _capacity = log.PrepareFragment();
                _length = 0;
            }

            bytes.CopyTo(_fragment.AsSpan(_length));
            _length += bytes.Length;
        }
    }
}
