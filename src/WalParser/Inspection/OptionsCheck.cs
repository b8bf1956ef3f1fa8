using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Finds the operations that RocksDB does not take because of the OPTIONS of the database: sections of prepared transactions without
/// two-phase commits, and merges without a merge operator (<c>MemTableInserter::MarkBeginPrepare</c> and <c>MergeCF</c> in
/// <c>db/write_batch.cc</c>). RocksDB reads only the logs that are needed.
/// </summary>
internal sealed class OptionsCheck
{
    private readonly bool _allowsSections;
    private readonly ulong _minLogNumber;
    private readonly HashSet<uint> _withoutMergeOperator;
    private WalFile? _sectionReported;
    private WalFile? _mergeReported;

    public OptionsCheck(DatabaseFolder? folder)
    {
        _allowsSections = folder?.Options is not { AllowsTwoPhaseCommit: false };
        _minLogNumber = folder?.MinLogNumber ?? 0;
        _withoutMergeOperator =
        [
            .. (folder?.Manifest?.ColumnFamilies ?? [])
                .Where(family => !family.IsDropped && folder!.Options?.FamiliesWithoutMergeOperator.Contains(family.Name) == true)
                .Select(family => family.Id),
        ];
    }

    /// <summary>Processes a sound batch. Returns the findings about the first operations of their kind in a log.</summary>
    public IReadOnlyList<Finding> Process(in WalSetEntry entry)
    {
        bool wantsSection = !_allowsSections && entry.HasMarks && !ReferenceEquals(entry.File, _sectionReported);
        bool wantsMerge = _withoutMergeOperator.Count > 0 && entry.MayBeRefused && !ReferenceEquals(entry.File, _mergeReported);
        if (!(wantsSection || wantsMerge) || !IsRead(entry.File))
        {
            return [];
        }

        List<Finding> findings = [];
        foreach (WriteBatchOperation operation in entry.Batch)
        {
            if (wantsSection && operation.Type == OperationType.BeginPrepare)
            {
                wantsSection = false;
                _sectionReported = entry.File;
                findings.Add(At(entry, FindingKind.PreparedSectionRefused) with
                {
                    Reason = "section of a prepared transaction, and the OPTIONS of the database do not allow two-phase commits "
                        + "(allow_2pc=false)",
                });
            }
            else if (wantsMerge && operation.Type == OperationType.Merge && _withoutMergeOperator.Contains(operation.ColumnFamily))
            {
                wantsMerge = false;
                _mergeReported = entry.File;
                findings.Add(At(entry, FindingKind.MergeRefused));
            }
        }

        return findings;
    }

    private static Finding At(in WalSetEntry entry, FindingKind kind) =>
        new() { Kind = kind, Offset = entry.Record.Offset, FirstSequence = entry.Batch.Sequence };

    private bool IsRead(WalFile file) => !(file.LogNumber < _minLogNumber) && (!file.IsArchived || file.LiveCopy is not null);
}
