using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Testing.Compression;
using WalParser.Testing.Flaws;
using WalParser.Writing;

namespace WalParser.Testing.Generation;

/// <content>
/// Flaws that are not in a fragment of a record: those between records, in control records, and in the content of records.
/// </content>
public sealed partial class LogGenerator
{
    private const int BombSize = 4 << 20;

    /// <summary>The frame is the same in all logs, so it is compressed only once.</summary>
    private static readonly Lazy<byte[]> BombFrame = new(() => ZstdFrame.Compress(new byte[BombSize]));

    /// <summary>Writes the control records before the first record.</summary>
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
                    AddUnlessLost("repeated compression type", _fragments.Position);
                    WriteCompressionType();
                }

                break;

            case HostileKind.TimestampSizes:
                WriteTimestampSizes([7, 0, 0, 0, 8, 0]);
                break;

            case HostileKind.Predecessor:
                // The number of the log before is that of this log, or greater.
                AddUnlessLost("the log before has the number of this log or of a later one", _fragments.Position);
                byte[] payload = new byte[24];
                BinaryPrimitives.WriteUInt64LittleEndian(payload, _logNumber + (ulong)_random.Next(3));
                BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(8), (ulong)_random.Next(100_000));
                BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(16), _sequence + (ulong)_random.Next(100_000));
                WritePredecessor(payload);
                break;
        }
    }

    /// <summary>Writes the flaws between records.</summary>
    private void WriteFlawBefore()
    {
        // The next fragment fits in the block.
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
                // The zeros fill a whole block if the record before ends with its block.
                _fragments.WriteRaw(new byte[_fragments.LeftInBlock]);
                AddUnlessLost("zeros to the end of the block", position);
                break;

            case HostileKind.UnknownType:
                _fragments.Write((FragmentType)_random.Next(20, 128), payload);
                AddUnlessLost("unknown type", position);
                break;

            case HostileKind.OldRecord:
                var foreign = new FragmentFlaws { ForeignLogNumber = (uint)_random.Next(1, (int)_logNumber) };
                _fragments.WriteFlawed(FragmentType.RecyclableFull, payload, foreign);
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
                AddUnlessLost(_isCompressed ? "repeated compression type" : "compression type after records", position);
                WriteCompressionType();
                break;

            case HostileKind.TimestampSizes:
                AddUnlessLost("faulty timestamp sizes", position);
                WriteTimestampSizes(_random.Next(3) switch { 0 => [9, 0, 0, 0, 8], 1 => [9, 0, 0, 0, 0, 0], _ => [7, 0, 0, 0, 16, 0] });
                break;

            case HostileKind.Predecessor:
                AddUnlessLost("the record about the log before is cut", position);
                WritePredecessor(payload.AsSpan(0, Math.Min(payload.Length, 23)));
                break;
        }
    }

    /// <summary>
    /// Writes a fragment that continues in the next block. In its bytes a reader that continues with the next block finds a length that
    /// exceeds the block, so it detects a second flaw there, and continues with the block after it.
    /// </summary>
    private void WriteCrossing()
    {
        long position = _fragments.Position;
        byte[] payload = new byte[_fragments.LeftInBlock + _random.Next(100)];
        payload.AsSpan().Fill(0xFF);
        FragmentType type = _isRecyclable ? FragmentType.RecyclableFull : FragmentType.Full;
        _fragments.WriteFlawed(type, payload, new FragmentFlaws { CrossesBlocks = true });
        LoseBlock("crosses the end of the block", position);
        LoseBlock("rest of a fragment of the block before", _lostUntil);
        _fragments.FillBlock();
    }

    private void WriteCompressionType()
    {
        _fragments.Write(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]);
        _isCompressed = true;
    }

    private void WritePredecessor(ReadOnlySpan<byte> payload) =>
        _fragments.Write(_isRecyclable ? FragmentType.RecyclablePredecessorWalInfo : FragmentType.PredecessorWalInfo, payload);

    private void WriteTimestampSizes(ReadOnlySpan<byte> payload) =>
        _fragments.Write(_isRecyclable ? FragmentType.RecyclableUserDefinedTimestampSize : FragmentType.UserDefinedTimestampSize, payload);

    /// <summary>
    /// Returns a batch whose header states more operations than it contains. It may end with an operation that is not readable.
    /// </summary>
    private byte[] SpoiledBatch(WriteBatchBuilder builder)
    {
        uint claimed = builder.Count + (uint)_random.Next(1, 5);
        switch (_random.Next(3))
        {
            case 0:
                builder.AddRaw([(byte)_random.Next(0x40, 0x100)]);
                break;

            case 1:
                // A put whose key has 100 bytes, of which three are there.
                builder.AddRaw([0x01, 100, 1, 2, 3]);
                break;
        }

        return builder.BuildWithCount(claimed);
    }

    /// <summary>Returns a frame with a wrong magic number, a wrong type of its first block, or a wrong checksum.</summary>
    private byte[] SpoilFrame(ReadOnlySpan<byte> frame)
    {
        byte[] spoiled = frame.ToArray();
        switch (_random.Next(3))
        {
            case 0:
                spoiled[0] ^= 0xFF;
                break;

            case 1:
                spoiled[ZstdFrame.HeaderLengthOf(frame)!.Value] |= 0x06; // The reserved block type.
                break;

            default:
                spoiled[^1] ^= 0xFF;
                break;
        }

        return spoiled;
    }
}
