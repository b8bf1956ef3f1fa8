using System.Globalization;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Batches;

public class SequenceTrackerTests
{
    private static readonly byte[] A = "a"u8.ToArray();
    private static readonly byte[] B = "b"u8.ToArray();

    /// <summary>The folders of all scenarios.</summary>
    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl")];

    /// <summary>
    /// In a recorded database, each batch begins where the previous batch ended, across logs, except for the numbers that no log contains.
    /// </summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Recorded_batches_follow_each_other_without_a_gap(string operations)
    {
        var tracker = new SequenceTracker();
        ulong? expected = null;
        int batches = 0;
        List<string> gaps = [];
        HashSet<ulong> outside = [.. NumbersOutsideLogs.Of(Path.GetDirectoryName(operations)!)];
        foreach (string path in LogsOf(Path.GetDirectoryName(TestFiles.PathOf(operations))!))
        {
            await using WalReader reader = WalReader.Open(path);
            while (await reader.ReadAsync())
            {
                if (reader.Kind != WalEntryKind.Record)
                {
                    continue;
                }

                var batch = new WriteBatch(reader.Record);
                BatchSequences sequences = tracker.Process(ref batch);
                while (expected is { } number && sequences.First > number && outside.Remove(number))
                {
                    expected++;
                }

                if (sequences.Next is null || sequences.First != (expected ?? sequences.First))
                {
                    gaps.Add(
                        string.Create(CultureInfo.InvariantCulture, $"{path}, {reader.Record.Offset}: {sequences}, expected {expected}"));
                }

                expected = sequences.Next;
                batches++;
            }
        }

        Assert.True(batches > 0);
        Assert.Empty(gaps);
        Assert.Empty(outside);
    }

    /// <summary>The end of a section that did not begin changes no number.</summary>
    [Fact]
    public void A_section_that_ends_without_a_beginning_keeps_the_numbers()
    {
        var tracker = new SequenceTracker();
        Assert.Equal((5, 7), Process(tracker, 5, batch => batch.Put("a"u8, "1"u8).Uncounted(0x0A, A).Put("b"u8, "1"u8)));
    }

    /// <summary>A batch that is undone counts for nothing: neither the sections in it, nor their outcomes.</summary>
    [Fact]
    public void A_batch_can_be_undone()
    {
        var tracker = new SequenceTracker();
        Assert.Equal((5, 5), Process(tracker, 5, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0A, A)));
        Assert.Equal((5, 7), Process(tracker, 5, batch => batch.Uncounted(0x0B, A)));
        tracker.Undo();
        Assert.Equal((5, 5), Process(tracker, 5, batch => batch.Uncounted(0x09).Put("c"u8, "1"u8).Uncounted(0x0A, B)));
        tracker.Undo();
        Assert.Equal((5, 7), Process(tracker, 5, batch => batch.Uncounted(0x0B, A)));
        Assert.Null(Process(tracker, 7, batch => batch.Uncounted(0x0B, B)).Next);
    }

    [Fact]
    public void A_write_committed_section_uses_its_sequence_numbers_at_the_commit()
    {
        var tracker = new SequenceTracker();
        Assert.Equal((5, 5), Process(tracker, 5, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0A, A)));
        Assert.Equal((5, 5), Process(tracker, 5, batch => batch.Uncounted(0x09).Put("c"u8, "1"u8).Uncounted(0x0A, B)));

        // The operation of the commit batch itself, and then the two operations of the section.
        Assert.Equal((5, 8), Process(tracker, 5, batch => batch.Put("d"u8, "1"u8).Uncounted(0x0B, A)));
        Assert.Equal((8, 8), Process(tracker, 8, batch => batch.Uncounted(0x0C, B)));

        // Both names are free again, and the operations of a transaction that is not prepared are unknown.
        Assert.Equal((8, null), Process(tracker, 8, batch => batch.Uncounted(0x15, [8, 0, 0, 0, 0, 0, 0, 0], A)));

        // Batches of several writers in one record: a section, a plain operation, a commit, and a plain operation.
        Assert.Equal((9, 12), Process(tracker, 9, batch => batch
            .Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, A).Put("b"u8, "1"u8).Uncounted(0x0B, A).Put("c"u8, "1"u8)));
    }

    [Fact]
    public void A_batch_uses_one_number_for_each_sub_batch_with_numbering_by_sub_batch()
    {
        var tracker = new SequenceTracker();
        Assert.Equal((1, 2), Process(tracker, 1, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D)));
        Assert.Equal((2, 3), Process(tracker, 2, batch => batch.Uncounted(0x03, A).Uncounted(0x0D)));
        Assert.Equal((3, 5), Process(tracker, 3, batch => batch.Uncounted(0x12).Put("a"u8, "1"u8).Put("a"u8, "2"u8).Uncounted(0x0A, A)));
        Assert.Equal((5, 6), Process(tracker, 5, batch => batch.Uncounted(0x0B, A)));
        Assert.Equal((6, 7), Process(tracker, 6, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0C, B)));
        Assert.Equal((7, 8), Process(tracker, 7, batch => batch.Uncounted(0x0B, B)));
        Assert.Equal(SequenceNumbering.PerSubBatch, tracker.Numbering);
    }

    [Fact]
    public void A_noop_at_the_end_is_not_a_separator_if_the_next_sequence_number_contradicts_it()
    {
        // An empty transaction that was merged after another.
        var tracker = new SequenceTracker();
        Process(tracker, 1, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D));
        Assert.Equal(SequenceNumbering.PerSubBatch, tracker.Numbering);
        Assert.Equal((3, 5), Process(tracker, 3, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8)));
        Assert.Equal(SequenceNumbering.PerOperation, tracker.Numbering);

        // A section determines the numbering definitively.
        Process(tracker, 5, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, A));
        Assert.Equal((5, 7), Process(tracker, 5, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D)));
        Assert.Equal(SequenceNumbering.PerOperation, tracker.Numbering);
    }

    [Fact]
    public void The_next_sequence_number_is_unknown_after_damage_and_unclear_rollbacks()
    {
        // Damage, and a rollback of a transaction that was prepared in another log, before any batch has shown the numbering.
        var tracker = new SequenceTracker();
        Assert.Equal((1, null), Process(tracker, 1, batch => batch.Put("a"u8, "1"u8).Uncounted(0x42)));
        Assert.Equal((2, null), Process(tracker, 2, batch => batch.Uncounted(0x0C, A)));
        Process(tracker, 2, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, A));
        Assert.Equal((2, 2), Process(tracker, 2, batch => batch.Uncounted(0x0C, B)));
    }

    /// <summary>If more transactions are prepared than are kept, commits of the others are unknown, and memory remains bounded.</summary>
    [Fact]
    public void Prepared_transactions_beyond_the_limit_are_forgotten()
    {
        var tracker = new SequenceTracker();
        var builder = new BatchBuilder();
        byte[] name = new byte[1 << 20];
        for (int i = 0; i < 100; i++)
        {
            name[0] = (byte)i;
            var batch = new WriteBatch(builder.Reset().Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, name).Build(1));
            tracker.Process(ref batch);
        }

        Assert.Equal((1, 2), Process(tracker, 1, batch => batch.Uncounted(0x0B, name)));
        name[0] = 0;
        Assert.Equal((1, null), Process(tracker, 1, batch => batch.Uncounted(0x0B, name)));
    }

    private static (int First, int? Next) Process(SequenceTracker tracker, ulong sequence, Func<BatchBuilder, BatchBuilder> build)
    {
        var batch = new WriteBatch(build(new BatchBuilder()).Build(sequence));
        BatchSequences sequences = tracker.Process(ref batch);
        return ((int)sequences.First, (int?)sequences.Next);
    }

    private static IEnumerable<string> LogsOf(string folder) =>
        Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories)
            .OrderBy(path => ulong.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture));
}
