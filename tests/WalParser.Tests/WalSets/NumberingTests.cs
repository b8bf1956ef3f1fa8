using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>The batches of a set are numbered as <see cref="SequenceTracker"/> does, which knows the batches before them.</summary>
public sealed class NumberingTests
{
    private static readonly byte[] Name = "xid"u8.ToArray();

    /// <summary>
    /// A write-committed section proves that each operation takes a number. A Noop at the end of a later batch, which an empty transaction
    /// leaves that was merged after others, does not change that.
    /// </summary>
    [Fact]
    public async Task A_Noop_behind_a_write_committed_section_ends_no_sub_batch()
    {
        WalSet set = SetOf(
            Batch(1, batch => batch.Uncounted(0x09).Put("a"u8, "1"u8).Uncounted(0x0A, Name)),
            Batch(1, batch => batch.Uncounted(0x0D).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D)),
            Batch(3, batch => batch.Put("c"u8, "1"u8).Put("d"u8, "1"u8)));
        // The end of the section has the number after those that the section takes when it is committed.
        Assert.Equal([[1, 1, 2], [1, 1, 2, 3], [3, 4]], await NumbersAsync(set));
        Assert.Equal([[1, 1, 2], [1, 1, 2, 3], [3, 4]], await NumbersOfUpdatesAsync(set));
    }

    [Fact]
    public async Task A_plain_batch_behind_a_write_prepared_section_takes_one_number()
    {
        WalSet set = SetOf(
            Batch(1, batch => batch.Uncounted(0x12).Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0A, Name)),
            Batch(2, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8)),
            Batch(3, batch => batch.Put("a"u8, "1"u8).Put("a"u8, "1"u8)));
        Assert.Equal([[1, 1, 1, 1], [2, 2], [3, 4]], await NumbersAsync(set));
        Assert.Equal([[1, 1, 1, 1], [2, 2], [3, 4]], await NumbersOfUpdatesAsync(set));
    }

    /// <summary>
    /// The section that proves the numbering can be merged after plain operations, which the numbering applies to as well.
    /// </summary>
    [Fact]
    public async Task Operations_before_the_first_section_are_numbered_as_the_section_shows()
    {
        WalSet set = SetOf(
            Batch(1, batch => batch
                .Put("a"u8, "1"u8).Put("b"u8, "1"u8).Uncounted(0x0D).Uncounted(0x12).Put("c"u8, "1"u8).Uncounted(0x0A, Name)),
            Batch(3, batch => batch.Put("a"u8, "1"u8).Uncounted(0x0D)));
        Assert.Equal([[1, 1, 1, 2, 2, 2], [3, 3]], await NumbersAsync(set));
    }

    /// <summary>A damaged byte can look like the tag of a section.</summary>
    [Fact]
    public async Task A_damaged_batch_proves_no_numbering()
    {
        WalSet set = SetOf(
            Batch(1, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8)),
            Batch(3, batch => batch.Uncounted(0x12).Put("a"u8, "1"u8).Uncounted(0x7A)),
            Batch(4, batch => batch.Put("a"u8, "1"u8).Put("b"u8, "1"u8)));
        Assert.Equal([1, 2], (await NumbersAsync(set))[0]);
        Assert.Equal([4, 5], (await NumbersAsync(set))[2]);
    }

    [Theory]
    [InlineData("2pc-committed", SequenceNumbering.PerOperation)]
    [InlineData("2pc-prepared", SequenceNumbering.PerSubBatch)]
    [InlineData("2pc-unprepared", SequenceNumbering.PerSubBatch)]
    public async Task Batches_of_transactions_take_the_numbers_that_the_tracker_gives_them(string scenario, SequenceNumbering numbering)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed($"rocksdb/{scenario}"));
        var tracker = new SequenceTracker();
        await using WalSetReader reader = set.OpenReader();
        int batches = 0;
        while (await reader.ReadAsync())
        {
            Assert.NotEqual(WalSetEntryKind.SequenceFinding, reader.Kind);
            if (reader.Kind == WalSetEntryKind.Record)
            {
                var tracked = new WriteBatch(reader.Record);
                BatchSequences sequences = tracker.Process(ref tracked);
                Assert.Equal(sequences.Next, reader.NextSequence);
                List<ulong> numbers = NumbersOf(reader.Batch);
                Assert.Equal(NumbersOf(tracked), numbers);
                Assert.All(numbers, number => Assert.InRange(number, sequences.First, Math.Max(sequences.Next!.Value, numbers[^1])));
                batches++;
            }
        }

        Assert.True(batches > 5);
        Assert.Equal(numbering, tracker.Numbering);
        Assert.True(tracker.IsNumberingProven);
    }

    private static byte[] Batch(ulong sequence, Func<BatchBuilder, BatchBuilder> build) =>
        build(new BatchBuilder()).Build(sequence).ToArray();

    private static WalSet SetOf(params byte[][] batches) =>
        new([new WalFile("log", 1, options => WalReader.Create(new MemoryStream(TempDatabase.LogOf(batches)), options))]);

    private static List<ulong> NumbersOf(WriteBatch batch)
    {
        List<ulong> numbers = [];
        foreach (WriteBatchOperation operation in batch)
        {
            numbers.Add(operation.Sequence);
        }

        return numbers;
    }

    private static async Task<List<List<ulong>>> NumbersAsync(WalSet set)
    {
        List<List<ulong>> numbers = [];
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.Record)
            {
                numbers.Add(NumbersOf(reader.Batch));
            }
        }

        return numbers;
    }

    private static async Task<List<List<ulong>>> NumbersOfUpdatesAsync(WalSet set)
    {
        List<List<ulong>> numbers = [];
        await using WalUpdates updates = set.OpenIterator();
        while (await updates.MoveNextAsync())
        {
            numbers.Add(NumbersOf(updates.Current.Batch));
        }

        return numbers;
    }
}
