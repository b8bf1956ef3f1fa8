using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>The sequence numbers of a damaged batch are not used: the batches before and after it are compared.</summary>
public sealed class DamagedBatchTests
{
    private const ulong Wrong = 8_758_571_572;

    [Fact]
    public async Task One_number_is_missing_where_one_batch_is_damaged()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("reports/length-line"));
        SequenceFinding found = Assert.Single((await SetSequences.OfAsync(set)).SequenceFindings);
        Assert.Equal((FindingKind.SequenceGap, 1UL), (found.Kind, found.Missing));
        Assert.Equal((2UL, 2UL), (found.FirstSequence, found.LastSequence));
    }

    [Theory]
    [InlineData(Wrong, 0U)]
    [InlineData(3UL, 4_000_000_000U)]
    [InlineData(3UL, 5U)]
    [InlineData(1UL, 9U)]
    public async Task The_next_batch_without_damage_shows_the_gap(ulong sequence, uint count)
    {
        SequenceFinding found = Assert.Single(await SequenceFindingsAsync(
            TempDatabase.Puts(1, 2), Damaged(sequence, count), Damaged(Wrong, count), TempDatabase.Puts(7, 1)));
        Assert.Equal((FindingKind.SequenceGap, 3UL, 7UL, 4UL), (found.Kind, found.Expected, found.Found, found.Missing));
    }

    [Fact]
    public async Task A_damaged_batch_without_numbers_leaves_no_gap() =>
        Assert.Empty(await SequenceFindingsAsync(TempDatabase.Puts(1, 2), Damaged(Wrong, 1), TempDatabase.Puts(3, 1)));

    [Fact]
    public async Task A_damaged_batch_at_the_beginning_determines_nothing() =>
        Assert.Empty(await SequenceFindingsAsync(Damaged(Wrong, 1), TempDatabase.Puts(3, 1)));

    [Fact]
    public async Task A_seek_is_not_ended_by_the_numbers_of_a_damaged_batch()
    {
        WalSet set = SetOf(TempDatabase.Puts(1, 2), Damaged(Wrong, 1), TempDatabase.Puts(4, 1), TempDatabase.Puts(5, 1));
        await using WalUpdates updates = set.OpenIterator();
        await updates.SeekAsync(5);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal(5UL, updates.Current.Batch.Sequence);
        Assert.Null(updates.Current.SequenceFinding);
    }

    private static byte[] Damaged(ulong sequence, uint count) =>
        new BatchBuilder().Put("key"u8, "value"u8).Uncounted(0x7A).Build(sequence, count).ToArray();

    private static WalSet SetOf(params byte[][] batches) =>
        new([new WalFile("log", 1, options => WalReader.Create(new MemoryStream(TempDatabase.LogOf(batches)), options))]);

    private static async Task<IReadOnlyList<SequenceFinding>> SequenceFindingsAsync(params byte[][] batches) =>
        (await SetSequences.OfAsync(SetOf(batches))).SequenceFindings;
}
