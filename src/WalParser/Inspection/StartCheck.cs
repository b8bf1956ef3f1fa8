using WalParser.Batches;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Checks that a set contains the sequence numbers that were asked for: that it begins and ends where it was asked to. Says where it
/// begins.
/// </summary>
internal sealed class StartCheck(WalSetInspectorOptions options)
{
    private ulong? _start = options.StartSequence;
    private readonly ulong? _state = options.StateSequence;
    private SequenceFinding? _gap;
    private bool _isSettled;
    private bool _isStateSettled;

    /// <summary>Whether the set lacks the number at which reading was asked to begin.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>Sets the number at which reading was asked to begin, before the first batch.</summary>
    public void BeginAt(ulong sequence) => _start = sequence;

    /// <summary>Processes a gap before the next batch.</summary>
    public void ProcessGap(SequenceFinding gap) => _gap = gap;

    /// <summary>Processes a sound batch. Returns the finding about it; null if there is none.</summary>
    /// <param name="entry">The record of the batch.</param>
    /// <param name="isFirst">Whether it is the first batch of the set.</param>
    /// <param name="isAfterDamage">Whether there is damage before the first batch of the set.</param>
    public Finding? Process(in WalSetEntry entry, bool isFirst, bool isAfterDamage)
    {
        SequenceFinding? gap = _gap;
        _gap = null;
        WriteBatch batch = entry.Batch;
        ulong first = batch.Sequence;
        if (_state is { } state && !_isStateSettled && entry.LikelyNextSequence > state)
        {
            _isStateSettled = true;
            if (first <= state && entry.LikelyNextSequence > state + 1)
            {
                return InsideBatch(
                    FindingKind.StateInsideBatch, entry, state, $"; the last state before it is that at {LastBefore(first)}");
            }
        }

        // A database begins with 1, so the state at 0 is the empty one.
        if (isFirst && _state < first && first > 1)
        {
            return Missing(entry, $"these logs begin with sequence number {first}; they do not show the state at {_state}", null, null);
        }

        if (!_isSettled && _start is { } start && entry.LikelyNextSequence > start)
        {
            _isSettled = true;
            if (first < start)
            {
                IsMissing = true;
                return InsideBatch(FindingKind.StartInsideBatch, entry, start);
            }

            // A database begins with 1. Within the set, the gap itself is the finding.
            bool isMissing = first > Math.Max(start, 1)
                && (isFirst ? options.ReadsFromBeginning : gap is { Kind: FindingKind.SequenceGap });
            IsMissing |= isMissing;
            if (isMissing && isFirst)
            {
                ulong wanted = Math.Max(start, 1);
                return Missing(
                    entry, $"these logs begin with sequence number {first}; {Range(wanted, first - 1)} missing", wanted, first - 1);
            }
        }

        return isFirst && first > 1 && first != _start && options.ReadsFromBeginning
            ? new Finding
            {
                Kind = FindingKind.LogsBeginLater,
                File = entry.File.Name,
                FirstSequence = first,
                Reason = $"these logs begin with sequence number {first}; what was written before lies in "
                    + (isAfterDamage ? "the damaged bytes before it, or in table files, which are not read" : "table files, which are not read"),
            }
            : null;
    }

    /// <summary>Ends the set. Returns the finding about its end; null if there is none.</summary>
    /// <param name="first">The first sequence number of the set; null if it has no batch.</param>
    /// <param name="next">The sequence number after the greatest one.</param>
    public Finding? End(ulong? first, ulong next)
    {
        // The greatest number stands for the end, whatever it is.
        ulong? end = (_state ?? options.EndSequence) is { } asked and > 0 and < ulong.MaxValue ? asked : null;
        string whatIsMissing = _state is null ? $"they do not reach {end}" : $"they do not show the state at {end}";
        if (first is null)
        {
            return end is null
                ? null
                : new Finding
                {
                    Kind = FindingKind.EndMissing,
                    LastSequence = end,
                    Reason = $"the logs contain no batch; {whatIsMissing}",
                };
        }

        // A set that ends just before the number has nothing new, which is no loss.
        if (!_isSettled && _start is { } start && start > next)
        {
            IsMissing = true;
            return new Finding
            {
                Kind = FindingKind.StartMissing,
                FirstSequence = next,
                LastSequence = start - 1,
                Reason = $"the logs end with sequence number {next - 1}; {Range(next, start - 1)} missing",
            };
        }

        return end >= next
            ? new Finding
            {
                Kind = FindingKind.EndMissing,
                FirstSequence = next,
                LastSequence = end,
                Reason = $"the logs end with sequence number {next - 1}; {whatIsMissing}",
            }
            : null;
    }

    private static string Range(ulong first, ulong last) => first == last ? $"{first} is" : $"{first} to {last} are";

    private static ulong LastBefore(ulong first) => first == 0 ? 0 : first - 1;

    private static Finding InsideBatch(FindingKind kind, in WalSetEntry entry, ulong asked, string more = "")
    {
        (ulong first, ulong last) = (entry.Batch.Sequence, entry.LikelyNextSequence - 1);
        return new Finding
        {
            Kind = kind,
            File = entry.File.Name,
            Offset = entry.Record.Offset,
            FirstSequence = first,
            LastSequence = last,
            Reason = $"sequence number {asked} lies inside the batch {first} to {last}{more}",
        };
    }

    private Finding Missing(in WalSetEntry entry, string reason, ulong? first, ulong? last)
    {
        IsMissing = true;
        return new Finding
        {
            Kind = FindingKind.StartMissing,
            File = entry.File.Name,
            FirstSequence = first,
            LastSequence = last,
            Reason = reason,
        };
    }
}
