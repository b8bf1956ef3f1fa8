using System.Runtime.CompilerServices;
using WalParser.Compression;
using WalParser.Findings;

namespace WalParser.Framing;

/// <content>Control records and unknown types.</content>
internal sealed partial class RecordReader
{
    // Readers ignore unknown types with this bit (RocksDB, kRecordTypeSafeIgnoreMask in db/log_format.h).
    private const byte SafeToIgnore = 0x80;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessOther(FragmentType type, ReadOnlySpan<byte> payload, int length)
    {
        switch (type)
        {
            case var _ when type > _traits.LastType:
                ProcessUnknown(type, length);
                break;

            case FragmentType.SetCompressionType:
                ReportUnended(FindingKind.InterruptedRecord);
                ProcessCompressionType(payload);
                break;

            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                ReportUnended(FindingKind.InterruptedRecord);
                StartControlRecord();
                ProcessPredecessor(payload);
                break;

            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                ReportUnended(FindingKind.TimestampSizeInRecord);
                StartControlRecord();
                ReportFault(_control.ProcessTimestampSizes(payload));
                break;

            default:
                ProcessUnknown(type, length);
                break;
        }
    }

    private void ProcessUnknown(FragmentType type, int length)
    {
        long lost = length + (long)(_isInRecord ? _collected.Length : 0);
        bool isIgnored = ((byte)type & SafeToIgnore) != 0 && _traits.IgnoresUnknownTypes;
        FragmentReader.Outcome? collision = isIgnored ? _traits.OutcomeOf(type) : null;
        Report(new Finding
        {
            File = _options.FileName,
            Offset = _fragments.Offset,
            Bytes = lost,
            Kind = !isIgnored ? FindingKind.UnknownRecordType
                : collision is null ? FindingKind.IgnoredRecordType
                : FindingKind.CollidingRecordType,
            Reason = !isIgnored ? FindingTable.UnknownRecordType((byte)type)
                : collision is { } outcome ? FindingTable.CollidingRecordType((byte)type, FragmentReader.NameOf(outcome))
                : FindingTable.IgnoredRecordType((byte)type),
        });
        LoseRecord();
    }

    private void ProcessPredecessor(ReadOnlySpan<byte> payload)
    {
        if (_control.ProcessPredecessor(payload) is { } fault)
        {
            ReportFault(fault);
        }
        else
        {
            _emulation?.Observer.ProcessPredecessor(_control.Predecessor!.Value, _fragments.Offset);
        }
    }

    /// <summary>
    /// Handles a control record inside a record as RocksDB does: the collected bytes are dropped, but the record continues, with the offset
    /// of the control record.
    /// </summary>
    private void StartControlRecord()
    {
        _recordOffset = _fragments.Offset;
        _fragmentsOfRecord = 0;
        _collected.Clear();
    }

    private void ProcessCompressionType(ReadOnlySpan<byte> payload)
    {
        if (_control.HasCompressionType)
        {
            Report(FindingKind.RepeatedCompressionType, _fragments.Offset, payload.Length);
        }

        if (_fragments.SeenRecord)
        {
            Report(FindingKind.LateCompressionType, _fragments.Offset, payload.Length);
        }

        StartControlRecord();
        if (_control.ProcessCompressionType(payload) is { } fault)
        {
            ReportFault(fault);
        }
        else
        {
            bool isCompressed = CompressionType == CompressionType.Zstd;
            _decompressor?.Dispose();
            _decompressor = isCompressed ? new FragmentDecompressor(_options.Dictionaries) : null;
            _spare = isCompressed ? new RecordBuffer(_options.MaxRecordSize) : null;
        }
    }
}
