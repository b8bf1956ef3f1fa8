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
/// A gap within a log is no loss if the two records follow each other directly: the writer appends, so nothing was between them. Anything
/// that the reader skips between two records has a finding, and so has a fragment of a type that readers are to ignore. A gap between two
/// logs is a loss unless something proves the opposite.
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
    /// <param name="isDamage">Whether it was written to this log, and is not left over from an earlier use of the file.</param>
    public void ProcessFault(bool isDamage = true)
    {
        _hasFault = true;
        HasDamageBeforeFirst |= isDamage && First is null;
    }

    /// <summary>Whether there is damage before the first batch of the set.</summary>
    public bool HasDamageBeforeFirst { get; private set; }

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

    /// <summary>
    /// Returns the finding with the kind that the circumstances show. A gap of which ingested table files explain a part becomes two.
    /// </summary>
    public IReadOnlyList<SequenceFinding> Judge(SequenceFinding found, WalReader log)
    {
        if (found.Kind != FindingKind.SequenceGap)
        {
            return [found];
        }

        ulong first = Math.Max(found.Expected, found.Highest);
        if (Manifest?.Files.IngestedIn(first, found.Found) is not { Count: > 0 } ingested)
        {
            return [JudgeAbsence(found, log)];
        }

        ulong count = (ulong)ingested.Count;
        ulong rest = found.Missing - count;
        SequenceFinding explained = found with
        {
            Kind = FindingKind.IngestedSequences,
            InOtherFinding = rest,
            FirstSequence = ingested[0].Sequence,
            LastSequence = ingested[^1].Sequence,
            Detail = DescribeFiles(ingested),
        };
        if (rest == 0)
        {
            return [explained];
        }

        (ulong restFirst, ulong restLast) = Without(ingested, first, found.Found - 1);
        return
        [
            explained,
            JudgeAbsence(found with { InOtherFinding = count, FirstSequence = restFirst, LastSequence = restLast }, log),
        ];
    }

    /// <summary>
    /// Returns the finding about sequence numbers after the end of the logs that the MANIFEST says were used; null if there is none.
    /// </summary>
    /// <remarks>
    /// Logs that are needed contain all numbers up to the MANIFEST's, because a log whose data is in table files is needed no longer.
    /// </remarks>
    public Finding? JudgeEnd()
    {
        if (NeededNext == 0 || Manifest?.LastSequence is not { } last || last < NeededNext || WritesOutsideLogs)
        {
            return null;
        }

        IReadOnlyList<(ulong Sequence, ulong File)> ingested = Manifest.Files.IngestedIn(NeededNext, last + 1);
        ulong missing = last - NeededNext + 1 - (ulong)ingested.Count;
        if (missing == 0)
        {
            return null;
        }

        (ulong first, ulong end) = Without(ingested, NeededNext, last);

        return new Finding
        {
            Kind = FindingKind.LastSequenceMissing,
            File = Path.GetFileName(folder!.ManifestPath),
            FirstSequence = first,
            LastSequence = end,
            Reason = string.Create(
                CultureInfo.InvariantCulture,
                $"states {last} as the last sequence number; the logs end with {NeededNext - 1}: {missing} missing"),
            Detail = ingested.Count == 0 ? null : "besides those in " + DescribeFiles(ingested),
        };
    }

    /// <summary>Returns the finding about numbers that no ingested table file has, with the kind that the circumstances show.</summary>
    private SequenceFinding JudgeAbsence(SequenceFinding found, WalReader log)
    {
        if (_hasFault)
        {
            // The numbers may be those of the damaged bytes in this log; if it has records before them, no log can be missing there.
            return _hasRecord ? found with { Advice = FindingTable.Salvage } : found;
        }

        if (_hasRecord)
        {
            WritesOutsideLogs = true;
            return found with { Kind = FindingKind.UnloggedSequences };
        }

        return IsInObsoleteLogs() ? found with { Kind = FindingKind.ObsoleteSequences }
            : IsDirectlyAfterPrevious(log) || IsOfSecondQueue(found) ? found with { Kind = FindingKind.ReservedSequences }
            : found;
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

    /// <summary>Returns the first and the last of the numbers that are not in the list. At least one is not.</summary>
    private static (ulong First, ulong Last) Without(IReadOnlyList<(ulong Sequence, ulong File)> ingested, ulong first, ulong last)
    {
        for (int i = 0; i < ingested.Count && ingested[i].Sequence == first; i++)
        {
            first++;
        }

        for (int i = ingested.Count - 1; i >= 0 && ingested[i].Sequence == last; i--)
        {
            last--;
        }

        return (first, last);
    }

    private static string DescribeFiles(IReadOnlyList<(ulong Sequence, ulong File)> ingested)
    {
        const int MaxNamed = 3;
        string named = NameList.Of(
            ingested.Select(item => item.File.ToString(CultureInfo.InvariantCulture)), ingested.Count, MaxNamed);
        return $"table file{(ingested.Count > 1 ? "s" : "")} {named} of the MANIFEST";
    }
}
