using WalParser.Findings;
using WalParser.RocksDb.Tests.Comparison;
using WalParser.RocksDb.Tests.Databases;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>The known alarms. The list can only shrink: a test fails when one of them no longer occurs on its specimen.</summary>
internal static class KnownAlarms
{
    public static IReadOnlyList<KnownAlarm> All { get; } =
    [
        new(
            "case 20: an obsolete log that waits to be recycled makes its successor's predecessor missing",
            "20-verify-and-gaps-false-alarm-recycled",
            alarm => alarm.IsAtFirstNeededWal
                && (alarm.Finding is { Kind: FindingKind.MissingWal } || alarm.SequenceFinding is { Kind: FindingKind.SequenceGap })),
        new(
            "case 22: an empty range deletion takes no sequence number in recovery, and looks like an overlap",
            "22-gaps-empty-delete-range",
            alarm => alarm.SequenceFinding is { } found
                && found.Found < found.Expected
                && found.Expected - found.Found <= (ulong)alarm.EmptyRangesBefore),
        new(
            "issue 13: batches written outside the WAL look like a gap",
            "writes-outside-wal",
            alarm => alarm.SequenceFinding is { Kind: FindingKind.SequenceGap } && alarm.Recipe.Has(Features.OutsideWal)),
        new(
            "not in issue 13: with two write queues, commits outside the WAL look like gaps",
            "two-write-queues",
            alarm => alarm.SequenceFinding is { Kind: FindingKind.SequenceGap }
                && alarm.Recipe.Options.Contains("two_write_queues=true", StringComparison.Ordinal)),
    ];

    /// <summary>Returns the first known alarm that explains an alarm, or null if there is none.</summary>
    public static KnownAlarm? Explain(Alarm alarm) => All.FirstOrDefault(known => known.Explains(alarm));
}
