using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <content>What is kept from one piece of a frame to the next: input that is not complete, and output that may be referred to.</content>
public sealed unsafe partial class ZstdDecoder
{
    // Adds to what is held, up to length bytes in all; true once there are that many.
    private bool Hold(ref Run run, int length)
    {
        var taken = Math.Min(length - _heldLength, run.Available);
        if (_held.Length < _heldLength + taken)
        {
            // Room for what has come, not for what is announced.
            Array.Resize(ref _held, Math.Max(Math.Max(32, _heldLength + taken), Math.Min(2 * _held.Length, ZstdFrameHeader.MaximumBlockSize)));
        }

        new ReadOnlySpan<byte>(run.Source + run.Consumed, taken).CopyTo(_held.AsSpan(_heldLength));
        _heldLength += taken;
        run.Consumed += taken;
        return _heldLength == length;
    }

    private bool TryReserve(ref Run run, int length, bool oneShot, out DecompressionStatus status)
    {
        status = Continue;
        if ((ulong)length > _claimed - _produced)
        {
            status = Corrupt("the frame's content is larger than the frame claims");
            return false;
        }

        if (!_inWindow && length > run.RoomLength)
        {
            if (oneShot)
            {
                status = DecompressionStatus.DestinationTooSmall;
                return false;
            }

            KeepOutput(ref run);
            _inWindow = true;
        }

        if (_inWindow)
        {
            ReserveWindow(length);
        }

        return true;
    }

    private void Produce(ref Run run, ReadOnlySpan<byte> output)
    {
        if (_header.HasChecksum)
        {
            _checksum.Append(output);
        }

        _produced += (ulong)output.Length;
        if (_inWindow)
        {
            _windowLength += output.Length;
        }
        else
        {
            run.Written += output.Length;
        }
    }

    private bool TryDeliver(ref Run run)
    {
        var length = Math.Min(_windowLength - _delivered, run.RoomLength);
        _window.AsSpan(_delivered, length).CopyTo(run.Room);
        _delivered += length;
        run.Written += length;
        return _delivered == _windowLength;
    }

    // The destination will not be there any more in the next call: what the frame may still refer to goes into the window.
    private void KeepOutput(ref Run run)
    {
        if (_inWindow || _produced == 0 || _stage is Stage.FrameHeader or Stage.Checksum or Stage.Skip)
        {
            return;
        }

        var kept = (int)Math.Min(_produced, _historyLimit);
        ReserveWindow(kept);
        new ReadOnlySpan<byte>(run.Destination + run.Written - kept, kept).CopyTo(_window);
        _windowLength = kept;
        _delivered = kept;
        _inWindow = true;
    }

    // Makes room in the window, by dropping what lies too far back once that is about as much as is kept, else by growing.
    private void ReserveWindow(int length)
    {
        if (_window.Length - _windowLength >= length)
        {
            return;
        }

        var kept = (int)Math.Min((ulong)_windowLength, _historyLimit);
        var dropped = _windowLength - kept;
        var target = _window;
        if (dropped < length || dropped < Math.Min(kept, Math.Max(LargeWindow, kept / 2)))
        {
            var most = (long)_historyLimit + Math.Min((long)_historyLimit, Math.Max(LargeWindow, (long)_historyLimit / 2));
            var wanted = Math.Min(2L * _window.Length, most + ZstdFrameHeader.MaximumBlockSize);
            target = GC.AllocateUninitializedArray<byte>((int)Math.Max(wanted, kept + (long)length));
        }

        _window.AsSpan(dropped, kept).CopyTo(target);
        _window = target;
        _windowLength = kept;
        _delivered = kept;
    }

    /// <summary>The source and destination of one call, pinned while it lasts, and how far it has come.</summary>
    private ref struct Run(byte* source, int sourceLength, byte* destination, int destinationLength)
    {
        public readonly byte* Source = source;
        public readonly byte* Destination = destination;
        public int Consumed;
        public int Written;

        public readonly int Available
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => sourceLength - Consumed;
        }

        public readonly int RoomLength => destinationLength - Written;

        public readonly ReadOnlySpan<byte> Rest => new(Source + Consumed, Available);

        public readonly Span<byte> Room => new(Destination + Written, RoomLength);
    }
}
