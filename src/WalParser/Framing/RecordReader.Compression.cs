using WalParser.Findings;

namespace WalParser.Framing;

/// <content>The fragments of a compressed log.</content>
internal sealed partial class RecordReader
{
    // Null unless the log is compressed. Then the spare buffer receives the content of a fragment that does not continue a record.
    private FragmentDecompressor? _decompressor;
    private RecordBuffer? _spare;

    /// <summary>Returns whether a compressed log compresses fragments of a type: all types except those of known control records.</summary>
    private bool IsCompressible(FragmentType type) => type > _traits.LastType || type is not (
        FragmentType.SetCompressionType
        or FragmentType.UserDefinedTimestampSize
        or FragmentType.RecyclableUserDefinedTimestampSize
        or FragmentType.PredecessorWalInfo
        or FragmentType.RecyclablePredecessorWalInfo);

    /// <summary>
    /// Decompresses a fragment: after the collected bytes if it continues them, otherwise into the spare buffer. Returns false if there is
    /// nothing to process further.
    /// </summary>
    private bool TryDecompress(FragmentDecompressor decompressor, FragmentType type, out int length)
    {
        length = 0;
        if (_isOverflowing)
        {
            // The rest of an abandoned record is not decompressed, and the state of its frame is lost.
            if (IsContinuing(type))
            {
                _isOverflowing = IsContinued(type);
                return false;
            }

            _isOverflowing = false;
            decompressor.Reset();
        }

        bool continues = _isInRecord && IsContinuing(type);
        RecordBuffer output = continues ? _collected : _spare!;
        if (!continues)
        {
            output.Clear();
        }

        int before = output.Length;
        switch (decompressor.Decompress(_fragments.Payload, output))
        {
            case FragmentDecompressor.Outcome.Done:
                length = output.Length - before;
                return true;

            case FragmentDecompressor.Outcome.TooLarge:
                if (!continues)
                {
                    // The fragment that is too large does not belong to the record that was begun, which is lost as well.
                    ReportUnended(IsWhole(type) ? FindingKind.PartialRecordBeforeFull
                        : IsContinued(type) ? FindingKind.PartialRecordBeforeFirst
                        : FindingKind.ErrorInMiddleOfRecord);
                }

                long tooLong = output.Length;
                output.Clear();
                Abandon(continues ? _recordOffset : _fragments.Offset, tooLong, tooLong + 1, IsContinued(type));
                decompressor.Reset();
                return false;

            default:
                // RocksDB drops the rest of the block, without a report unless it is inside a record, and begins a new frame with the next
                // fragment (ZSTDStreamingUncompress::Uncompress resets its context after an error).
                string? reason = decompressor.Reason;
                decompressor.Reset();
                _fragments.DropBlock();
                ReportFault(FindingKind.DecompressionFailed, reason);
                LoseRecordToFault(continues ? before : _collected.Length);
                return false;
        }
    }
}
