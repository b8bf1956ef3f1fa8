using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;

namespace WalParser.WalSets;

/// <summary>
/// Compares the timestamp sizes that a log declares with those of the comparators in the MANIFEST. Each difference is reported once a log,
/// at the first record with a key of such a column family.
/// </summary>
/// <param name="comparators">The column families whose comparators end keys in a timestamp.</param>
internal sealed class TimestampCheck(ComparatorTimestamps comparators)
{
    private bool _hasReportedAssumed;
    private bool _hasReportedOther;

    /// <summary>Begins a log.</summary>
    public void BeginFile()
    {
        _hasReportedAssumed = false;
        _hasReportedOther = false;
    }

    /// <summary>Returns the sizes by which the keys of a record are split.</summary>
    public TimestampSizes SizesFor(in WalRecord record) => comparators.Complete(record.TimestampSizes);

    /// <summary>Processes a record, and adds what it shows for the first time in its log.</summary>
    public void Process(in WalRecord record, string file, Queue<Finding> findings)
    {
        if (_hasReportedAssumed && _hasReportedOther)
        {
            return;
        }

        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation operation in batch)
        {
            if (!operation.HasKey || comparators.Find(operation.ColumnFamily) is not { } family)
            {
                continue;
            }

            int declared = record.TimestampSizes[family.Id];
            if (declared == 0 && !_hasReportedAssumed && comparators.IsAssumed(family.Id))
            {
                _hasReportedAssumed = true;
                findings.Enqueue(Of(FindingKind.TimestampsNotDeclared, family, record, file) with
                {
                    Reason = $"declares no timestamp size for column family {family.Id}; by its comparator in the MANIFEST, the last "
                        + $"{ComparatorTimestamps.Size} bytes of its keys are taken for the timestamp",
                });
            }
            else if (declared is not (0 or ComparatorTimestamps.Size) && !_hasReportedOther)
            {
                _hasReportedOther = true;
                findings.Enqueue(Of(FindingKind.TimestampSizeMismatch, family, record, file) with
                {
                    Reason = $"declares timestamps of {declared} bytes for column family {family.Id}; those of its comparator in the "
                        + $"MANIFEST have {ComparatorTimestamps.Size} bytes",
                });
            }
        }
    }

    private static Finding Of(FindingKind kind, ManifestColumnFamily family, in WalRecord record, string file) => new()
    {
        Kind = kind,
        File = file,
        Offset = record.Offset,
        FirstSequence = new WriteBatch(record).Sequence,
    };
}
