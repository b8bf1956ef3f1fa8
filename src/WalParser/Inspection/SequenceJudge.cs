using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Decides what it means that sequence numbers are missing between two batches: a loss, or numbers that are in table files or were never in
/// a log. It is given the entries of a set in order.
/// </summary>
/// <remarks>
/// A gap within a log is no loss if the two records follow each other directly: the writer appends, so nothing was between them. A gap
/// between two logs is a loss unless something proves the opposite.
/// </remarks>
internal sealed class SequenceJudge(DatabaseFolder? folder)
{
    private WalFile? _file;
    private ulong? _previousNumber;
    private bool _isPreviousArchived;
    private bool _isPreviousWhole;
    private ulong _previousLastSequence;
    private bool _hasRecord;
    private bool _hasFault;
    private ulong _lastSequence;

    /// <summary>The sequence number after the greatest one in the logs that are needed; 0 if they have none.</summary>
    public ulong NeededNext { get; private set; }

    /// <summary>The sequence number after the greatest one in the set; 0 if it has no batch.</summary>
    public ulong Next { get; private set; }

    /// <summary>Whether the set has numbers that were never in its logs: the database writes outside its WAL.</summary>
    public bool WritesOutsideLogs { get; private set; }

    /// <summary>The first sequence number of the set; null if it has no batch yet.</summary>
    public ulong? First { get; private set; }

    private ulong MinLogNumber => folder?.MinLogNumber ?? 0;

    private ManifestState? Manifest => folder?.Manifest;

    /// <summary>Begins a log.</summary>
    public void BeginFile(WalFile file)
    {
        _file = file;
        _hasRecord = false;
        _hasFault = false;
    }

    /// <summary>Processes something in the log that is not a sound record.</summary>
    public void ProcessFault() => _hasFault = true;

    /// <summary>Processes a sound batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="next">The sequence number after it.</param>
    public void ProcessBatch(WriteBatch batch, ulong next)
    {
        First ??= batch.Sequence;
        _hasRecord = true;
        _hasFault = false;
        _lastSequence = batch.Sequence;
        Next = Math.Max(Next, next);
        if (!(_file!.LogNumber < MinLogNumber) && !_file.IsArchived)
        {
            NeededNext = Math.Max(NeededNext, next);
        }
    }

    /// <summary>Ends a log.</summary>
    /// <param name="log">The reader of the log.</param>
    /// <param name="isStale">Whether the log ends with a stale tail right after its last record.</param>
    public void EndFile(WalReader log, bool isStale)
    {
        _previousNumber = log.LogNumber;
        _isPreviousArchived = _file!.IsArchived;
        _isPreviousWhole = isStale || (!_hasFault && log.End is { Reason: WalEndReason.EndOfFile });
        _previousLastSequence = _lastSequence;
    }

    /// <summary>Returns the finding with the kind that the circumstances show.</summary>
    public SequenceFinding Judge(SequenceFinding found, WalReader log)
    {
        if (found.Kind != FindingKind.SequenceGap)
        {
            return found;
        }

        ulong first = Math.Max(found.Expected, found.Highest);
        if (Manifest?.Files.FilesOf(first, found.Found) is { Count: > 0 } files)
        {
            return found with { Kind = FindingKind.IngestedSequences, Detail = DescribeFiles(files) };
        }

        if (_hasRecord)
        {
            if (_hasFault)
            {
                return found;
            }

            WritesOutsideLogs = true;
            return found with { Kind = FindingKind.UnloggedSequences };
        }

        return IsInObsoleteLogs() ? found with { Kind = FindingKind.ObsoleteSequences }
            : IsDirectlyAfterPrevious(log) || IsOfSecondQueue(found) ? found with { Kind = FindingKind.ReservedSequences }
            : found;
    }

    /// <summary>
    /// Returns the finding about sequence numbers after the end of the logs that the MANIFEST says were used; null if there is none.
    /// </summary>
    /// <remarks>
    /// Logs that are needed contain all numbers up to the MANIFEST's, because a log whose data is in table files is needed no longer.
    /// </remarks>
    public Finding? JudgeEnd()
    {
        if (NeededNext == 0 || Manifest?.LastSequence is not { } last || last < NeededNext || WritesOutsideLogs
            || Manifest.Files.FilesOf(NeededNext, last + 1).Count > 0)
        {
            return null;
        }

        return new Finding
        {
            Kind = FindingKind.LastSequenceMissing,
            File = Path.GetFileName(folder!.ManifestPath),
            FirstSequence = NeededNext,
            LastSequence = last,
            Reason = string.Create(
                CultureInfo.InvariantCulture,
                $"states {last} as the last sequence number; the logs end with {NeededNext - 1}: {last - NeededNext + 1} missing"),
        };
    }

    /// <summary>
    /// Returns whether the numbers were in logs that are no longer needed: the previous log waits to be recycled or deleted, and this one
    /// is the first that is needed, or waits as well. RocksDB deletes or recycles such logs in any order. Logs in the archive do not wait:
    /// the oldest is deleted first.
    /// </summary>
    private bool IsInObsoleteLogs() => _previousNumber < MinLogNumber && !_isPreviousArchived;

    /// <summary>
    /// Returns whether no log can be missing between the previous one and this one, and the previous one is whole: this one names it, with
    /// its last sequence number, as its predecessor, or all file numbers between the two belong to other files.
    /// </summary>
    private bool IsDirectlyAfterPrevious(WalReader log)
    {
        if (_previousNumber is not { } previous || !_isPreviousWhole)
        {
            return false;
        }

        if (log.Predecessor is { } predecessor)
        {
            return predecessor.LogNumber == previous && predecessor.LastSequence == _previousLastSequence;
        }

        return Manifest is not null && _file!.LogNumber is { } number && AreOfOtherFiles(previous + 1, number);
    }

    /// <summary>
    /// Returns whether the number is that of a commit, which took it in the second write queue before the log was switched.
    /// </summary>
    private bool IsOfSecondQueue(SequenceFinding found) =>
        _isPreviousWhole && found.Missing == 1 && folder?.Options is { UsesTwoWriteQueues: true };

    private bool AreOfOtherFiles(ulong first, ulong end)
    {
        const ulong MaxNumbers = 10_000;
        if (end - first > MaxNumbers)
        {
            return false;
        }

        for (ulong number = first; number < end; number++)
        {
            if (!Manifest!.Files.Contains(number) && !folder!.FileNumbers.Contains(number))
            {
                return false;
            }
        }

        return true;
    }

    private static string DescribeFiles(IReadOnlyList<ulong> files)
    {
        const int MaxNamed = 3;
        string named = NameList.Of(files.Select(file => file.ToString(CultureInfo.InvariantCulture)), files.Count, MaxNamed);
        return $"table file{(files.Count > 1 ? "s" : "")} {named} of the MANIFEST";
    }
}
