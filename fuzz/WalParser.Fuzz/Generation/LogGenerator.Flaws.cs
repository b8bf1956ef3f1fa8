using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Writing;

namespace WalParser.Fuzz.Generation;

/// <content>Flaws that are no fragment of a record of the log: those between records, in control records, and in what records hold.</content>
internal sealed partial class LogGenerator
{
    private const int BombSize = 4 << 20;

    /// <summary>The same in every log, so it is compressed once.</summary>
    private static readonly Lazy<byte[]> BombFrame = new(() => ContentFrame.Of(new byte[BombSize]));

    /// <summary>What a log of the kind begins with, before its first record.</summary>
    private void WriteBeginning()
    {
        switch (_kind)
        {
            case HostileKind.BadFrame or HostileKind.Bomb:
                WriteCompressionType();
                break;

            case HostileKind.RepeatedCompression:
                WriteCompressionType();
                if (_random.Next(2) == 0)
                {
                    AddUnlessLost("compression type, once more", _fragments.Position);
                    WriteCompressionType();
                }

                break;

            case HostileKind.TimestampSizes:
                WriteTimestampSizes([7, 0, 0, 0, 8, 0]);
                break;

            case HostileKind.Predecessor:
                // The log before this one has this one's number, or one above it.
                AddUnlessLost("the log before is said to be this one or a later one", _fragments.Position);
                byte[] payload = new byte[24];
                BinaryPrimitives.WriteUInt64LittleEndian(payload, _logNumber + (ulong)_random.Next(3));
                BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(8), (ulong)_random.Next(100_000));
                BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(16), _sequence + (ulong)_random.Next(100_000));
                _fragments.Write(_isRecyclable ? FragmentType.RecyclablePredecessorWalInfo : FragmentType.PredecessorWalInfo, payload);
                break;
        }
    }

    /// <summary>Flaws that stand between records.</summary>
    private void WriteFlawBefore()
    {
        // Enough for what follows to be one fragment.
        if (_fragments.LeftInBlock < 2000)
        {
            _fragments.FillBlock();
        }

        long position = _fragments.Position;
        byte[] payload = new byte[_random.Next(1, 100)];
        _random.NextBytes(payload);
        switch (_kind)
        {
            case HostileKind.Zeros:
                // A whole block of them, if the record before ended with its block.
                _fragments.WriteRaw(new byte[_fragments.LeftInBlock]);
                AddUnlessLost("zeros to the end of the block", position);
                break;

            case HostileKind.UnknownType:
                _fragments.Write((FragmentType)_random.Next(20, 128), payload);
                AddUnlessLost("unknown type", position);
                break;

            case HostileKind.OldRecord:
                _fragments.WriteFlawed(FragmentType.RecyclableFull, payload, new FragmentFlaws { ForeignLogNumber = (uint)_random.Next(1, (int)_logNumber) });
                AddUnlessLost("fragment of an older log", position);
                break;

            case HostileKind.UnexpectedRecyclable:
                _fragments.Write(FragmentType.RecyclableFull, payload);
                LoseBlock("fragment with a log number", position);
                break;

            case HostileKind.CrossesBlock:
                WriteCrossing();
                break;

            case HostileKind.Bomb:
                AddUnlessLost($"decompresses to {BombSize} bytes", position);
                _fragments.Write(_isRecyclable ? FragmentType.RecyclableFull : FragmentType.Full, BombFrame.Value);
                break;

            case HostileKind.LateCompression or HostileKind.RepeatedCompression:
                AddUnlessLost(_isCompressed ? "compression type, once more" : "compression type behind records", position);
                WriteCompressionType();
                break;

            case HostileKind.TimestampSizes:
                AddUnlessLost("faulty timestamp sizes", position);
                WriteTimestampSizes(_random.Next(3) switch { 0 => [9, 0, 0, 0, 8], 1 => [9, 0, 0, 0, 0, 0], _ => [7, 0, 0, 0, 16, 0] });
                break;

            case HostileKind.Predecessor:
                AddUnlessLost("what is said of the log before is cut short", position);
                _fragments.Write(_isRecyclable ? FragmentType.RecyclablePredecessorWalInfo : FragmentType.PredecessorWalInfo, payload.AsSpan(0, Math.Min(payload.Length, 23)));
                break;
        }
    }

    /// <summary>
    /// A fragment that reaches into the next block, of a byte that makes a length no block has: so that a reader which goes on with the next block finds
    /// a second thing wrong there, and goes on with the one after that.
    /// </summary>
    private void WriteCrossing()
    {
        long position = _fragments.Position;
        byte[] payload = new byte[_fragments.LeftInBlock + _random.Next(100)];
        payload.AsSpan().Fill(0xFF);
        FragmentType type = _isRecyclable ? FragmentType.RecyclableFull : FragmentType.Full;
        _fragments.WriteFlawed(type, payload, new FragmentFlaws { CrossesBlocks = true });
        LoseBlock("reaches over the end of the block", position);
        LoseBlock("the rest of a fragment of the block before", _lostUntil);
        _fragments.FillBlock();
    }

    private void WriteCompressionType()
    {
        _fragments.Write(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]);
        _isCompressed = true;
    }

    private void WriteTimestampSizes(ReadOnlySpan<byte> payload) =>
        _fragments.Write(_isRecyclable ? FragmentType.RecyclableUserDefinedTimestampSize : FragmentType.UserDefinedTimestampSize, payload);

    /// <summary>Makes a batch claim more operations than it has, or ends it with one that cannot be read.</summary>
    private void SpoilBatch(WriteBatchBuilder builder)
    {
        builder.ClaimedCount = builder.Count + (uint)_random.Next(1, 5);
        switch (_random.Next(3))
        {
            case 0:
                builder.AddRaw([(byte)_random.Next(0x40, 0x100)]);
                break;

            case 1:
                builder.AddRaw([(byte)Batches.BatchTag.Value, 100, 1, 2, 3]);
                break;
        }
    }

    /// <summary>Spoils a frame: its magic number, the type of its first block, or its checksum.</summary>
    private byte[] SpoilFrame(ReadOnlySpan<byte> frame)
    {
        byte[] spoiled = frame.ToArray();
        switch (_random.Next(3))
        {
            case 0:
                spoiled[0] ^= 0xFF;
                break;

            case 1:
                spoiled[FrameContent.HeaderLengthOf(frame)!.Value] |= 0x06; // The reserved block type.
                break;

            default:
                spoiled[^1] ^= 0xFF;
                break;
        }

        return spoiled;
    }
}
