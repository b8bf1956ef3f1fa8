using System.Buffers.Binary;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <content>Control records: what they declare, and what of it must be reported. As db/log_reader.cc has it, not as the reader's code does.</content>
internal sealed partial class Ledger
{
    private const uint Zstd = 7;
    private const int MaxColumnFamilies = 1 << 16;

    private readonly HashSet<uint> _familiesWithTimestamps = [];
    private bool _hasCompressionType;
    private bool _hasRecord;
    private bool _isCompressed;

    /// <summary>A control record in a record drops what was collected of that; only one of timestamp sizes is reported for it.</summary>
    private void TakeControl(FragmentHeader header, ReadOnlySpan<byte> payload)
    {
        bool isOfTimestamps = header.Type is FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize;
        EndLost(FindingKind.TimestampSizeInRecord, isReported: isOfTimestamps);
        if (isOfTimestamps)
        {
            TakeTimestampSizes(payload);
        }
        else if (header.Type == FragmentType.SetCompressionType)
        {
            TakeCompressionType(payload);
        }
        else if (payload.Length < 3 * sizeof(ulong))
        {
            // RocksDB takes one number after the other, and what is then left.
            TakeReport(_position, FindingKind.UndecodablePredecessorWalInfo, payload.Length % sizeof(ulong), isExpected: true);
        }
    }

    private void TakeCompressionType(ReadOnlySpan<byte> payload)
    {
        TakeReport(_position, FindingKind.RepeatedCompressionType, payload.Length, isExpected: _hasCompressionType);
        TakeReport(_position, FindingKind.LateCompressionType, payload.Length, isExpected: _hasRecord);
        uint? type = payload.Length < sizeof(uint) ? null : BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (type is 0 or Zstd)
        {
            _hasCompressionType = true;
            _isCompressed = type == Zstd;
        }
        else
        {
            TakeReport(_position, FindingKind.UndecodableCompressionType, payload.Length - (type is null ? 0 : sizeof(uint)), isExpected: true);
        }
    }

    private void TakeTimestampSizes(ReadOnlySpan<byte> payload)
    {
        const int Size = sizeof(uint) + sizeof(ushort);
        if (payload.Length % Size != 0)
        {
            TakeReport(_position, FindingKind.UndecodableTimestampSize, payload.Length, isExpected: true);
            return;
        }

        for (; !payload.IsEmpty; payload = payload[Size..])
        {
            uint family = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            FindingKind? fault =
                BinaryPrimitives.ReadUInt16LittleEndian(payload[sizeof(uint)..]) == 0 ? FindingKind.ZeroTimestampSize
                : _familiesWithTimestamps.Contains(family) ? FindingKind.RepeatedTimestampSize
                : _familiesWithTimestamps.Count == MaxColumnFamilies ? FindingKind.TooManyTimestampSizes
                : null;
            if (fault is { } kind)
            {
                TakeReport(_position, kind, kind == FindingKind.TooManyTimestampSizes ? payload.Length : 0, isExpected: true);
                return;
            }

            _familiesWithTimestamps.Add(family);
        }
    }
}
