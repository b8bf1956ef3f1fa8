using System.Runtime.CompilerServices;
using WalParser.Compression;
using WalParser.Findings;

namespace WalParser.Framing;

/// <content>Control records, and types that are unknown.</content>
internal sealed partial class RecordReader
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeOther(FragmentType type, ReadOnlySpan<byte> payload, int length)
    {
        switch (type)
        {
            case FragmentType.SetCompressionType:
                TakeCompressionType(payload);
                break;

            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                StartControlRecord();
                ReportFault(_control.TakePredecessor(payload));
                break;

            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                ReportUnended(FindingKind.TimestampSizeInRecord);
                StartControlRecord();
                ReportFault(_control.TakeTimestampSizes(payload));
                break;

            default:
                if (((byte)type & SafeToIgnore) == 0)
                {
                    long lost = length + (long)(_isInRecord ? _collected.Length : 0);
                    Report(new Finding
                    {
                        File = _options.FileName,
                        Offset = _fragments.Offset,
                        Bytes = lost,
                        Kind = FindingKind.UnknownRecordType,
                        Reason = FindingTable.UnknownRecordType((byte)type),
                    });
                }

                LoseRecord();
                break;
        }
    }

    private const byte SafeToIgnore = 0x80;

    /// <summary>A control record inside a record drops what was collected, yet the record goes on, now with this offset.</summary>
    private void StartControlRecord()
    {
        _recordOffset = _fragments.Offset;
        _fragmentsOfRecord = 0;
        _collected.Clear();
    }

    private void TakeCompressionType(ReadOnlySpan<byte> payload)
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
        if (_control.TakeCompressionType(payload) is { } fault)
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
