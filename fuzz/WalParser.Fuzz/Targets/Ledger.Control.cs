using System.Buffers.Binary;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <content>
/// The control records: what they declare, and which errors in them must be reported. It follows db/log_reader.cc and not the reader's
/// code.
/// </content>
internal sealed partial class Ledger
{
    private const uint Zstd = 7;
    private const int MaxColumnFamilies = 1 << 16;

    private readonly HashSet<uint> _familiesWithTimestamps = [];
    private bool _hasCompressionType;
    private bool _hasRecord;
    private bool _isCompressed;

    /// <summary>
    /// Processes a control record. A control record within another record drops the fragments of that record; only one of timestamp sizes
    /// is reported then.
    /// </summary>
    private void ProcessControl(FragmentHeader header, ReadOnlySpan<byte> payload)
    {
        bool isOfTimestamps = header.Type is FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize;
        EndLost(isOfTimestamps ? FindingKind.TimestampSizeInRecord : FindingKind.InterruptedRecord, isReported: true);
        if (isOfTimestamps)
        {
            ProcessTimestampSizes(payload);
        }
        else if (header.Type == FragmentType.SetCompressionType)
        {
            ProcessCompressionType(payload);
        }
        else if (payload.Length < 3 * sizeof(ulong))
        {
            // RocksDB reads one number after the other and reports the bytes that are left.
            MatchReport(_position, FindingKind.UndecodablePredecessorWalInfo, payload.Length % sizeof(ulong), isExpected: true);
        }
    }

    private void ProcessCompressionType(ReadOnlySpan<byte> payload)
    {
        MatchReport(_position, FindingKind.RepeatedCompressionType, payload.Length, isExpected: _hasCompressionType);
        MatchReport(_position, FindingKind.LateCompressionType, payload.Length, isExpected: _hasRecord);

        // RocksDB casts the number to one byte.
        uint? type = payload.Length < sizeof(uint) ? null : (byte)BinaryPrimitives.ReadUInt32LittleEndian(payload);
        if (type is 0 or Zstd)
        {
            _hasCompressionType = true;
            _isCompressed = type == Zstd;
        }
        else
        {
            MatchReport(
                _position,
                FindingKind.UndecodableCompressionType,
                payload.Length - (type is null ? 0 : sizeof(uint)),
                isExpected: true);
        }
    }

    private void ProcessTimestampSizes(ReadOnlySpan<byte> payload)
    {
        const int Size = sizeof(uint) + sizeof(ushort);
        if (payload.Length % Size != 0)
        {
            MatchReport(_position, FindingKind.UndecodableTimestampSize, payload.Length, isExpected: true);
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
                MatchReport(_position, kind, kind == FindingKind.TooManyTimestampSizes ? payload.Length : 0, isExpected: true);
                return;
            }

            _familiesWithTimestamps.Add(family);
        }
    }
}
