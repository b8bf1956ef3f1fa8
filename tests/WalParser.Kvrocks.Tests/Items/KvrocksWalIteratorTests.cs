using System.Globalization;
using System.Text;
using WalParser.Findings;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Tests.Items;

public class KvrocksWalIteratorTests
{
    public static IEnumerable<object[]> Recordings => RecordedItem.Cases;

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Items_equal_the_operations_that_RocksDB_reads(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        List<RecordedItem> recorded = RecordedItem.Read(recording);
        await using var items = new KvrocksWalIterator(set);
        Assert.Equal(recorded.Select(item => item.Line), await LinesAsync(items, recorded));
        Assert.Equal(recorded.Max(item => item.Sequence) + 1, items.NextSequence);
        Assert.Equal((0, HolesIn(recorded).Count, 0), (items.FindingCount, items.SequenceFindingCount, items.Findings.Count));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Slots_select_items(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        List<RecordedItem> recorded = RecordedItem.Read(recording);

        // Only a server in cluster mode stores slots; the beginning of its first key shows it.
        RecordedItem first = recorded.First(item => item.ColumnFamily == 1);
        bool isSlotted = first.Key![1 + first.Key[0]] < 0x40
            && SlotOracle.Of([first.Key[0], .. SlotOracle.NamespaceOf(first.Key), .. first.Key[(3 + first.Key[0])..]], 1, false)
                == SlotOracle.Of(first.Key, 1, true);
        int[] slots =
        [
            .. recorded.Where(
                item => SlotOracle.IsDataset(item) && item.Operation != "DeleteRange")
                .Select(item => SlotOracle.Of(item.Key!, item.ColumnFamily!.Value, isSlotted)).Distinct().Order(),
        ];
        int middle = slots[slots.Length / 2];
        List<SlotRange> ranges = [new(slots[0]), new(middle), new(middle, slots[^1]), new(0, 8191), new(0, 16383)];
        int without = Enumerable.Range(0, 16384).First(slot => Array.BinarySearch(slots, slot) < 0);
        ranges.Add(new SlotRange(without));
        foreach (SlotRange range in ranges)
        {
            IEnumerable<string> expected = recorded
                .Where(item => item.Operation is "LogData" or "DeleteRange" || (SlotOracle.IsDataset(item)
                        && SlotOracle.Of(item.Key!, item.ColumnFamily!.Value, isSlotted) is { } slot
                        && slot >= range.First
                        && slot <= range.Last))
                .Select(item => item.Line);
            await using var items = new KvrocksWalIterator(set, new WalItemOptions { Slots = range });
            Assert.Equal(expected, await LinesAsync(items, recorded));
        }
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task A_namespace_selects_items(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        List<RecordedItem> recorded = RecordedItem.Read(recording);
        byte[][] namespaces =
        [
            .. recorded.Where(item => item.ColumnFamily == 1 && item.Operation == "Put").Select(item => SlotOracle.NamespaceOf(item.Key!))
                .DistinctBy(Convert.ToHexStringLower),
            "nobody's"u8.ToArray(),
        ];
        foreach (byte[] ns in namespaces)
        {
            IEnumerable<string> expected = recorded.Where(item => item.Operation == "LogData" || Touches(item, ns))
                .Select(item => item.Line);
            await using var items = new KvrocksWalIterator(set, new WalItemOptions { Namespace = ns });
            Assert.Equal(expected, await LinesAsync(items, recorded));
        }
    }

    /// <summary>
    /// After a seek to a number, the iterator returns the items with this number or a greater one, and the log data before the first of
    /// them.
    /// </summary>
    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_iterator_can_seek_to_each_sequence_number(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        List<RecordedItem> recorded = RecordedItem.Read(recording);
        ulong last = recorded.Last(item => item.ColumnFamily is not null).Sequence;
        await using var items = new KvrocksWalIterator(set);

        // Seeks in steps, because each seek reads its log from the beginning, and in both directions.
        ulong step = Math.Max(1, last / 40);
        for (ulong sequence = recorded[0].Sequence; sequence <= last; sequence += step)
        {
            foreach (ulong sought in (ulong[])[sequence, last + recorded[0].Sequence - sequence])
            {
                await items.SeekAsync(sought);
                Assert.Equal(sought, items.NextSequence);
                Assert.Throws<InvalidOperationException>(() => items.Current);
                int start = recorded.FindIndex(item => item.Sequence >= sought && !IsBatchOfLogData(recorded, item, sought));
                Assert.Equal(recorded.Skip(start).Take(12).Select(item => item.Line), await LinesAsync(items, recorded, 12));
            }
        }

        await items.SeekAsync(last + 1);
        Assert.False(await items.MoveNextAsync());
        Assert.Equal(last + 1, items.NextSequence);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task ReadAllAsync_returns_the_items_that_MoveNextAsync_reaches(string recording)
    {
        WalSet set = await WalSet.OpenAsync(RecordedItem.FolderOf(recording));
        List<RecordedItem> recorded = RecordedItem.Read(recording);
        List<WalItem> read = [];
        await using var items = new KvrocksWalIterator(set);
        await foreach (WalItem item in items.ReadAllAsync())
        {
            Assert.Same(items.Current, item);
            read.Add(item);
            if (read.Count == 3)
            {
                break;
            }
        }

        await foreach (WalItem item in items.ReadAllAsync())
        {
            read.Add(item);
        }

        Assert.Equal(recorded.Select(item => item.Line), read.Select(RecordedItem.LineOf));
        Assert.Throws<InvalidOperationException>(() => items.Current);
    }

    [Fact]
    public async Task ReadAllAsync_ends_with_its_cancellation_token()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("kvrocks/types/db"));
        await using var items = new KvrocksWalIterator(set);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (WalItem item in items.ReadAllAsync().WithCancellation(source.Token))
            {
                Assert.Fail($"The iterator returned item {item.Sequence}.");
            }
        });
    }

    /// <summary>
    /// A seek to the next sequence number after any item continues with the next item; only log data may be returned again.
    /// </summary>
    [Fact]
    public async Task A_seek_to_the_next_sequence_number_continues_in_the_middle_of_a_batch()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("kvrocks/types/db"));
        await using var items = new KvrocksWalIterator(set);
        List<(string Line, ulong Next, bool HasKey)> all = [];
        while (await items.MoveNextAsync())
        {
            all.Add((RecordedItem.LineOf(items.Current), items.NextSequence, items.Current is not LogDataItem));
        }

        for (int i = 0; i < all.Count - 1; i++)
        {
            // Most batches have three items, so that every position in a batch occurs.
            if (all[i].HasKey && i % 7 == 0)
            {
                string next = all.Skip(i + 1).First(item => item.HasKey).Line;
                await items.SeekAsync(all[i].Next);
                string[] lines = [.. (await LinesAsync(items, [], 8)).Where(line => !line.Contains(" LogData ", StringComparison.Ordinal))];
                Assert.Equal(next, lines[0]);
            }
        }
    }

    [Fact]
    public async Task Several_iterators_run_concurrently()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("kvrocks/rotated/db"));
        List<RecordedItem> recorded = RecordedItem.Read("kvrocks/rotated/operations.jsonl");
        List<string>[] read = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            await using var items = new KvrocksWalIterator(set);
            await items.SeekAsync(1 + ((ulong)i * 500));
            return await LinesAsync(items, []);
        })));
        for (int i = 0; i < read.Length; i++)
        {
            Assert.Equal(recorded.Where(item => item.Sequence > (ulong)i * 500).Select(item => item.Line), read[i]);
        }
    }

    /// <summary>
    /// Two iterators that advance in turn do not affect each other, and an item remains valid after its iterator advances.
    /// </summary>
    [Fact]
    public async Task Items_remain_valid_after_the_iterator_advances()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("kvrocks/zstd/db"));
        List<WalItem> first = [];
        List<WalItem> second = [];
        await using (var one = new KvrocksWalIterator(set))
        await using (var other = new KvrocksWalIterator(set))
        {
            while (await one.MoveNextAsync() & await other.MoveNextAsync())
            {
                first.Add(one.Current);
                second.Add(other.Current);
            }
        }

        IEnumerable<string> expected = RecordedItem.Read("kvrocks/zstd/operations.jsonl").Select(item => item.Line);
        Assert.Equal(expected, first.Select(RecordedItem.LineOf));
        Assert.Equal(expected, second.Select(RecordedItem.LineOf));
    }

    [Fact]
    public async Task A_visitor_receives_the_items_that_patterns_match()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("kvrocks/namespaces/db"));
        var visitor = new Counter();
        var deletionsOnly = new DeletionCounter();
        Dictionary<string, int> matched = [];
        await using var items = new KvrocksWalIterator(set);
        while (await items.MoveNextAsync())
        {
            items.Current.Accept(visitor);
            items.Current.Accept(deletionsOnly);
            string kind = RecordedItem.LineOf(items.Current).Split(' ')[3];
            matched[kind] = matched.GetValueOrDefault(kind) + 1;
        }

        Assert.Equal(matched, visitor.Counts);
        Assert.Equal(4, matched.Count);
        Assert.Equal(matched["Delete"], deletionsOnly.Count);
    }

    [Fact]
    public async Task A_gap_and_damage_are_reported()
    {
        string path = TestFiles.Committed("kvrocks/types/db/000010.log");
        byte[] log = await File.ReadAllBytesAsync(path);
        (string Line, int Offset)[] recorded =
        [
            .. RecordedItem.Read("kvrocks/types/operations.jsonl")
                .Select(item => (item.Line, int.Parse(item.Line.Split(' ')[1], CultureInfo.InvariantCulture))),
        ];
        int lost = recorded.Select(item => item.Offset).Distinct().ElementAt(7);
        log[lost + 10] ^= 1;
        string copy = Path.Combine(Directory.CreateTempSubdirectory().FullName, "000010.log");
        await File.WriteAllBytesAsync(copy, log);
        try
        {
            await using var items = new KvrocksWalIterator(await WalSet.OpenAsync(copy));
            List<WalItem> read = [];
            while (await items.MoveNextAsync())
            {
                read.Add(items.Current);
            }

            // After a wrong checksum, the rest of the block cannot be trusted, nor can records that begin in it.
            const int BlockSize = 32768;
            Assert.Equal(
                recorded.Where(item => item.Offset < lost || item.Offset >= BlockSize).Select(item => item.Line),
                read.Select(RecordedItem.LineOf));
            WalItem next = Assert.Single(read, item => item.SequenceFinding is not null);
            Assert.Equal(recorded.First(item => item.Offset >= BlockSize).Offset, next.Offset);
            Assert.Equal(FindingKind.SequenceGap, next.SequenceFinding!.Kind);
            Assert.Equal((1L, next.SequenceFinding), (items.SequenceFindingCount, items.LastSequenceFinding));
            Assert.NotNull(items.LastFinding);
            Assert.InRange(items.FindingCount, 1, 2);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        }
    }

    [Fact]
    public void A_slot_range_has_valid_bounds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRange(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRange(16384));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRange(5, 4));
        Assert.True(new SlotRange(RedisSlot.Of("foo"u8)).Contains(12182));
    }

    private static async Task<List<string>> LinesAsync(KvrocksWalIterator items, List<RecordedItem> recorded, int count = int.MaxValue)
    {
        HashSet<(ulong, ulong)> holes = HolesIn(recorded);
        List<string> lines = [];
        while (lines.Count < count && await items.MoveNextAsync())
        {
            Assert.True(items.Current.SequenceFinding is not { } finding || holes.Contains((finding.Expected, finding.Found)));
            lines.Add(RecordedItem.LineOf(items.Current));
        }

        return lines;
    }

    /// <summary>Returns the numbers around those that no item has: a table file that the server loaded took them.</summary>
    private static HashSet<(ulong Expected, ulong Found)> HolesIn(List<RecordedItem> recorded)
    {
        ulong[] numbers = [.. recorded.Where(item => item.ColumnFamily is not null).Select(item => item.Sequence).Distinct().Order()];
        return [.. numbers.Zip(numbers.Skip(1)).Where(pair => pair.Second > pair.First + 1).Select(pair => (pair.First + 1, pair.Second))];
    }

    /// <summary>
    /// Returns true if an item belongs to a batch that contains only log data. Such a batch uses no sequence number, and a seek to its
    /// number skips it.
    /// </summary>
    private static bool IsBatchOfLogData(List<RecordedItem> recorded, RecordedItem item, ulong sought)
    {
        string place = string.Join(' ', item.Line.Split(' ')[..2]) + " ";
        return item.Sequence == sought
            && recorded.Where(other => other.Line.StartsWith(place, StringComparison.Ordinal)).All(other => other.ColumnFamily is null);
    }

    private static bool Touches(RecordedItem item, byte[] ns)
    {
        if (item.Operation != "DeleteRange")
        {
            return SlotOracle.IsDataset(item) && SlotOracle.NamespaceOf(item.Key!).AsSpan().SequenceEqual(ns);
        }

        // Latin-1 text sorts in the order of its bytes.
        string prefix = Encoding.Latin1.GetString([(byte)ns.Length, .. ns]);
        string begin = Encoding.Latin1.GetString(item.Key!);
        string end = Encoding.Latin1.GetString(item.EndKey!);
        return string.CompareOrdinal(begin, prefix + new string('\xFF', 300)) < 0 && string.CompareOrdinal(end, prefix) > 0;
    }

    private sealed class Counter : IWalItemVisitor
    {
        public Dictionary<string, int> Counts { get; } = [];

        public void Visit(PutItem item) => Add("Put");

        public void Visit(DeleteItem item) => Add("Delete");

        public void Visit(DeleteRangeItem item) => Add("DeleteRange");

        public void VisitAny(WalItem item) => Add(item is LogDataItem ? "LogData" : "?");

        private void Add(string kind) => Counts[kind] = Counts.GetValueOrDefault(kind) + 1;
    }

    private sealed class DeletionCounter : IWalItemVisitor
    {
        public int Count { get; private set; }

        public void Visit(DeleteItem item) => Count++;
    }
}
