using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Finds the sections of prepared transactions that RocksDB refuses because the OPTIONS do not allow two-phase commits
/// (<c>MemTableInserter::MarkBeginPrepare</c> in <c>db/write_batch.cc</c>). RocksDB reads only the logs that are needed.
/// </summary>
internal sealed class PreparedSectionCheck(DatabaseFolder? folder)
{
    private readonly bool _isAllowed = folder?.Options is not { AllowsTwoPhaseCommit: false };
    private readonly ulong _minLogNumber = folder?.MinLogNumber ?? 0;
    private WalFile? _reported;

    /// <summary>Processes a sound batch. Returns the finding about the first section of a log; null if there is none.</summary>
    public Finding? Process(in WalSetEntry entry)
    {
        if (_isAllowed || !entry.HasMarks || ReferenceEquals(entry.File, _reported) || !IsRead(entry.File))
        {
            return null;
        }

        foreach (WriteBatchOperation operation in entry.Batch)
        {
            if (operation.Type == OperationType.BeginPrepare)
            {
                _reported = entry.File;
                return new Finding
                {
                    Kind = FindingKind.PreparedSectionRefused,
                    Offset = entry.Record.Offset,
                    FirstSequence = entry.Batch.Sequence,
                    Reason = "section of a prepared transaction, and the OPTIONS of the database do not allow two-phase commits "
                        + "(allow_2pc=false)",
                };
            }
        }

        return null;
    }

    private bool IsRead(WalFile file) => !(file.LogNumber < _minLogNumber) && (!file.IsArchived || file.LiveCopy is not null);
}
