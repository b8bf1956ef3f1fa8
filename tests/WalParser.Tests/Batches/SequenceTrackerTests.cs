using System.Globalization;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Batches;

public class SequenceTrackerTests
{
    private static readonly byte[] A = "a"u8.ToArray();
    private static readonly byte[] B = "b"u8.ToArray();

    /// <summary>The folders of all scenarios.</summary>
    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl")];

    /// <summary>In a real database each batch begins where the one before it ended, from log to log.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Real_batches_follow_each_other_without_a_hole(string operations)
    {
        var tracker = new SequenceTracker();
        ulong? expected = null;
        int batches = 0;
        List<string> holes = [];
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
                BatchSequences sequences = tracker.Take(ref batch);
                if (sequences.Next is null || sequences.First != (expected ?? sequences.First))
                {
                    holes.Add(string.Create(CultureInfo.InvariantCulture, $"{path}, {reader.Record.Offset}: {sequences}, expected {expected}"));
                }

                expected = sequences.Next;
                batches++;
            }
        }

        Assert.True(batches > 0);
        Assert.Empty(holes);
    }

    [Fact]
    public void A_write_committed_section_takes_its_numbers_when_it_is_committed()
    {
        var tracker = new SequenceTracker();
        Assert.Equal((5, 5), Take(tracker, 5, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0A, A)));
        Assert.Equal((5, 5), Take(tracker, 5, batch => batch.Uncounted(0x09).Put("c"u8, "1"u8).Uncounted(0x0A, B)));

        // The commit's own operation, then the section's two.
        Assert.Equal((5, 8), Take(tracker, 5, batch => batch.Put("d"u8, "1"u8).Uncounted(0x0B, A)));
        Assert.Equal((8, 8), Take(tracker, 8, batch => batch.Uncounted(0x0C, B)));

        // Both names are free again, and what is not prepared cannot be counted.
        Assert.Equal((8, null), Take(tracker, 8, batch => batch.Uncounted(0x15, [8, 0, 0, 0, 0, 0, 0, 0], A)));

        // Batches of several writers in one record: a section, a plain operation, a commit, a plain operation.
        Assert.Equal((9, 12), Take(tracker, 9, batch => batch
            .Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, A).Put("b"u8, "1"u8).Uncounted(0x0B, A).Put("c"u8, "1"u8)));
    }

    [Fact]
    public void By_sub_batch_each_batch_counts_for_itself()
    {
        var tracker = new SequenceTracker();
        Assert.Equal((1, 2), Take(tracker, 1, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D)));
        Assert.Equal((2, 3), Take(tracker, 2, batch => batch.Uncounted(0x03, A).Uncounted(0x0D)));
        Assert.Equal((3, 5), Take(tracker, 3, batch => batch.Uncounted(0x12).Put("a"u8, "1"u8).Put("a"u8, "2"u8).Uncounted(0x0A, A)));
        Assert.Equal((5, 6), Take(tracker, 5, batch => batch.Uncounted(0x0B, A)));
        Assert.Equal((6, 7), Take(tracker, 6, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0C, B)));
        Assert.Equal((7, 8), Take(tracker, 7, batch => batch.Uncounted(0x0B, B)));
        Assert.Equal(SequenceNumbering.PerSubBatch, tracker.Numbering);
    }

    [Fact]
    public void A_noop_at_the_end_is_no_separator_where_the_next_number_says_otherwise()
    {
        // An empty transaction, merged behind another.
        var tracker = new SequenceTracker();
        Take(tracker, 1, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D));
        Assert.Equal(SequenceNumbering.PerSubBatch, tracker.Numbering);
        Assert.Equal((3, 5), Take(tracker, 3, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8)));
        Assert.Equal(SequenceNumbering.PerOperation, tracker.Numbering);

        // A section settles it for good.
        Take(tracker, 5, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, A));
        Assert.Equal((5, 7), Take(tracker, 5, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D)));
        Assert.Equal(SequenceNumbering.PerOperation, tracker.Numbering);
    }

    [Fact]
    public void What_cannot_be_known_is_unknown()
    {
        // Damage; and a rollback of what was prepared elsewhere, while nothing has shown how the database numbers.
        var tracker = new SequenceTracker();
        Assert.Equal((1, null), Take(tracker, 1, batch => batch.Put("a"u8, "1"u8).Uncounted(0x42)));
        Assert.Equal((2, null), Take(tracker, 2, batch => batch.Uncounted(0x0C, A)));
        Take(tracker, 2, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, A));
        Assert.Equal((2, 2), Take(tracker, 2, batch => batch.Uncounted(0x0C, B)));
    }

    /// <summary>More names than are kept: their commits are unknown, and memory stays bounded.</summary>
    [Fact]
    public void Prepared_transactions_without_end_are_forgotten()
    {
        var tracker = new SequenceTracker();
        var builder = new BatchBuilder();
        byte[] name = new byte[1 << 20];
        for (int i = 0; i < 100; i++)
        {
            name[0] = (byte)i;
            var batch = new WriteBatch(builder.Reset().Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, name).Build(1));
            tracker.Take(ref batch);
        }

        Assert.Equal((1, 2), Take(tracker, 1, batch => batch.Uncounted(0x0B, name)));
        name[0] = 0;
        Assert.Equal((1, null), Take(tracker, 1, batch => batch.Uncounted(0x0B, name)));
    }

    private static (int First, int? Next) Take(SequenceTracker tracker, ulong sequence, Func<BatchBuilder, BatchBuilder> build)
    {
        var batch = new WriteBatch(build(new BatchBuilder()).Build(sequence));
        BatchSequences sequences = tracker.Take(ref batch);
        return ((int)sequences.First, (int?)sequences.Next);
    }

    private static IEnumerable<string> LogsOf(string folder) =>
        Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories)
            .OrderBy(path => ulong.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture));
}
