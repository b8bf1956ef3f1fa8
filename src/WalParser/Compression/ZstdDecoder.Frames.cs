using System.Buffers.Binary;

namespace WalParser.Compression;

/// <content>The steps through a frame.</content>
public sealed unsafe partial class ZstdDecoder
{
    private DecompressionStatus Decode(ref Run run, bool oneShot)
    {
        if (_isInterrupted)
        {
            return Fail(DecompressionStatus.Corrupt, "an earlier call was interrupted by an exception; the decoder has to be reset");
        }

        // Should memory run out on the way, the state is not one to go on from: the window would not hold what it claims.
        _isInterrupted = true;
        var status = DecodeOn(ref run, oneShot);
        _isInterrupted = false;
        return status;
    }

    private DecompressionStatus DecodeOn(ref Run run, bool oneShot)
    {
        while (true)
        {
            if (_delivered < _windowLength && !TryDeliver(ref run))
            {
                return DecompressionStatus.DestinationTooSmall;
            }

            var status = _stage switch
            {
                Stage.FrameHeader => ReadFrameHeader(ref run),
                Stage.BlockHeader => ReadBlockHeader(ref run),
                Stage.Block => _blockType switch
                {
                    0 => ReadRawBlock(ref run, oneShot),
                    1 => ReadRepeatedByte(ref run, oneShot),
                    _ => ReadCompressedBlock(ref run, oneShot),
                },
                Stage.Checksum => ReadChecksum(ref run),
                Stage.Skip => Skip(ref run),
                Stage.FrameEnd => EndFrame(),
                _ => _failure,
            };
            switch (status)
            {
                case Continue:
                    break;
                case DecompressionStatus.NeedMoreInput when !oneShot:
                    KeepOutput(ref run);
                    return status;
                default:
                    return status;
            }
        }
    }

    private DecompressionStatus Fail(DecompressionStatus status, string reason)
    {
        _stage = Stage.Failed;
        _failure = status;
        Reason = reason;
        return status;
    }

    private DecompressionStatus Corrupt(string reason) => Fail(DecompressionStatus.Corrupt, reason);

    private DecompressionStatus ReadFrameHeader(ref Run run)
    {
        ZstdFrameHeader header;
        DecompressionStatus status;
        if (_heldLength == 0)
        {
            status = ZstdFrameHeader.TryRead(run.Rest, out header, out _);
            run.Consumed += header.HeaderLength;
            if (status == DecompressionStatus.NeedMoreInput)
            {
                Hold(ref run, ZstdFrameHeader.MaximumLength);
                return status;
            }
        }
        else
        {
            while (true)
            {
                status = ZstdFrameHeader.TryRead(_held.AsSpan(0, _heldLength), out header, out var needed);
                if (status != DecompressionStatus.NeedMoreInput)
                {
                    break;
                }

                if (!Hold(ref run, needed))
                {
                    // What has come may rule out a frame already, though the header is not complete.
                    return ZstdFrameHeader.TryRead(_held.AsSpan(0, _heldLength), out _, out _) == DecompressionStatus.UnknownFormat
                        ? Fail(DecompressionStatus.UnknownFormat, "not a Zstandard frame")
                        : DecompressionStatus.NeedMoreInput;
                }
            }

            _heldLength = 0;
        }

        return status switch
        {
            DecompressionStatus.Done => BeginFrame(ref run, header),
            DecompressionStatus.UnknownFormat => Fail(status, "not a Zstandard frame"),
            DecompressionStatus.WindowTooLarge => Fail(status, "the frame's window is larger than any allowed"),
            _ => Fail(status, "a reserved bit of the frame header is set"),
        };
    }

    private DecompressionStatus BeginFrame(ref Run run, in ZstdFrameHeader header)
    {
        _header = header;
        if (header.IsSkippable)
        {
            _remaining = (uint)header.ContentSize.GetValueOrDefault();
            _stage = Stage.Skip;
            return Continue;
        }

        if (header.DictionaryId != 0)
        {
            return Fail(DecompressionStatus.DictionaryRequired, $"the frame was made with dictionary {header.DictionaryId}");
        }

        if (Math.Max(header.WindowSize, MinimumWindow) > (ulong)_windowLimit)
        {
            return Fail(DecompressionStatus.WindowTooLarge, $"the frame's window of {header.WindowSize} bytes is larger than the {_windowLimit} allowed; decompress it with a larger limit, or by zstd itself");
        }

        _blocks.Reset();
        if (header.HasChecksum)
        {
            _checksum.Reset();
        }

        _blockSizeLimit = header.BlockSizeLimit;
        _historyLimit = Math.Max(header.WindowSize, MinimumWindow) + HistoryMargin;
        _claimed = header.ContentSize ?? ulong.MaxValue;
        _produced = 0;
        _inWindow = false;
        _windowLength = 0;
        _delivered = 0;
        _stage = Stage.BlockHeader;
        return Continue;
    }

    private DecompressionStatus ReadBlockHeader(ref Run run)
    {
        int bits;
        if (_heldLength == 0 && run.Available >= BlockHeaderLength)
        {
            var next = run.Source + run.Consumed;
            bits = next[0] | (next[1] << 8) | (next[2] << 16);
            run.Consumed += BlockHeaderLength;
        }
        else
        {
            if (!Hold(ref run, BlockHeaderLength))
            {
                return DecompressionStatus.NeedMoreInput;
            }

            bits = _held[0] | (_held[1] << 8) | (_held[2] << 16);
            _heldLength = 0;
        }

        _lastBlock = (bits & 1) != 0;
        _blockType = (bits >> 1) & 3;
        _repeatedLength = bits >> 3;
        _remaining = _blockType == 1 ? 1 : (uint)_repeatedLength;
        if (_blockType == 3)
        {
            return Corrupt("a block is of the reserved type");
        }

        if (_remaining > _blockSizeLimit)
        {
            return Corrupt("a block is larger than a block of the frame may be");
        }

        if (_remaining != 0)
        {
            _stage = Stage.Block;
            return Continue;
        }

        return _blockType == 0 ? EndBlock() : Corrupt("a compressed block is empty");
    }

    private DecompressionStatus EndBlock()
    {
        if (!_lastBlock)
        {
            _stage = Stage.BlockHeader;
            return Continue;
        }

        if (_claimed != ulong.MaxValue && _claimed != _produced)
        {
            return Corrupt("the frame's content is not of the size the frame claims");
        }

        _stage = _header.HasChecksum ? Stage.Checksum : Stage.FrameEnd;
        return Continue;
    }

    // Raw blocks are passed on as they come.
    private DecompressionStatus ReadRawBlock(ref Run run, bool oneShot)
    {
        var length = (int)Math.Min((uint)run.Available, _remaining);
        if (length == 0)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        if (!TryReserve(ref run, length, oneShot, out var status))
        {
            return status;
        }

        var content = new ReadOnlySpan<byte>(run.Source + run.Consumed, length);
        content.CopyTo(_inWindow ? _window.AsSpan(_windowLength) : run.Room);
        run.Consumed += length;
        Produce(ref run, content);
        _remaining -= (uint)length;
        return _remaining == 0 ? EndBlock() : Continue;
    }

    private DecompressionStatus ReadRepeatedByte(ref Run run, bool oneShot)
    {
        if (run.Available == 0)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        if (_repeatedLength > _blockSizeLimit)
        {
            return Corrupt("a block's output is larger than a block may be");
        }

        if (!TryReserve(ref run, _repeatedLength, oneShot, out var status))
        {
            return status;
        }

        var output = (_inWindow ? _window.AsSpan(_windowLength) : run.Room)[.._repeatedLength];
        output.Fill(run.Source[run.Consumed]);
        run.Consumed++;
        Produce(ref run, output);
        return EndBlock();
    }

    private DecompressionStatus ReadCompressedBlock(ref Run run, bool oneShot)
    {
        var length = (int)_remaining;
        if (_heldLength == 0 && run.Available >= length)
        {
            var status = DecodeBlock(ref run, run.Source + run.Consumed, length, oneShot);
            if (status == Continue)
            {
                run.Consumed += length;
                return EndBlock();
            }

            return status;
        }

        if (!Hold(ref run, length))
        {
            return DecompressionStatus.NeedMoreInput;
        }

        fixed (byte* held = _held)
        {
            var status = DecodeBlock(ref run, held, length, oneShot);
            if (status != Continue)
            {
                return status;
            }
        }

        _heldLength = 0;
        return EndBlock();
    }

    private DecompressionStatus DecodeBlock(ref Run run, byte* block, int length, bool oneShot)
    {
        // Output beyond the size claimed is an error; let it be found as output beyond the room there is.
        var limit = (int)Math.Min((ulong)_blockSizeLimit, _claimed - _produced);
        var history = (long)Math.Min(_produced, _historyLimit);
        int written;
        if (!_inWindow)
        {
            written = _blocks.Decode(block, length, run.Destination + run.Written, run.RoomLength, limit, history);
            if (written >= 0)
            {
                Produce(ref run, new ReadOnlySpan<byte>(run.Destination + run.Written, written));
                return Continue;
            }

            if (written == ZstdBlockDecoder.Corrupt)
            {
                return Corrupt(_blocks.Reason);
            }

            if (oneShot)
            {
                return DecompressionStatus.DestinationTooSmall;
            }

            KeepOutput(ref run);
            _inWindow = true;
        }

        ReserveWindow(limit);
        fixed (byte* window = _window)
        {
            written = _blocks.Decode(block, length, window + _windowLength, limit, limit, history);
        }

        if (written < 0)
        {
            return Corrupt(_blocks.Reason);
        }

        Produce(ref run, _window.AsSpan(_windowLength, written));
        return Continue;
    }

    private DecompressionStatus ReadChecksum(ref Run run)
    {
        if (!Hold(ref run, ChecksumLength))
        {
            return DecompressionStatus.NeedMoreInput;
        }

        _heldLength = 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(_held) != (uint)_checksum.ToHash())
        {
            return Fail(DecompressionStatus.ChecksumMismatch, "the frame's checksum is not that of its content");
        }

        _stage = Stage.FrameEnd;
        return Continue;
    }

    private DecompressionStatus Skip(ref Run run)
    {
        var length = (int)Math.Min((uint)run.Available, _remaining);
        run.Consumed += length;
        _remaining -= (uint)length;
        if (_remaining != 0)
        {
            return DecompressionStatus.NeedMoreInput;
        }

        _stage = Stage.FrameEnd;
        return Continue;
    }

    private DecompressionStatus EndFrame()
    {
        _stage = Stage.FrameHeader;
        _inWindow = false;
        _windowLength = 0;
        _delivered = 0;
        _produced = 0;
        return DecompressionStatus.Done;
    }
}
