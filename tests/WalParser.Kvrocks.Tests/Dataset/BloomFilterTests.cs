using System.Globalization;
using System.Text;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Dataset;

public class BloomFilterTests
{
    /// <summary>Each item that a workload added is contained, and few of those that it did not add.</summary>
    [Fact]
    public async Task Filters_contain_what_was_added()
    {
        int added = 0;
        foreach (string path in TestFiles.Named("workload.jsonl"))
        {
            List<(string Key, string Item)> items = ItemsOf(path);
            if (items.Count == 0)
            {
                continue;
            }

            Keyspace keyspace = await ReadAsync(RecordedState.DatabasesOf(path));
            foreach ((string name, string item) in items)
            {
                KeyspaceKey key = keyspace.Find("__namespace"u8, Encoding.UTF8.GetBytes(name))!;
                Assert.True(key.BloomMayContain(Encoding.UTF8.GetBytes(item)));
                added++;
            }

            foreach (KeyspaceKey key in keyspace.Keys.Where(key => key.Type == KvrocksType.BloomFilter))
            {
                double rate = key.BloomFalsePositiveRate()!.Value;
                int others = Enumerable.Range(0, 10_000)
                    .Select(i => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"no item {i}")))
                    .Count(item => key.BloomMayContain(item)!.Value);
                Assert.True(key.IsComplete);

                // Six standard deviations of the number of false positives.
                double expected = rate * 10_000;
                Assert.InRange(others, expected - (6 * Math.Sqrt(expected)) - 1, expected + (6 * Math.Sqrt(expected)) + 1);
            }
        }

        Assert.True(added > 0);
    }

    /// <summary>
    /// The hashes are published ones of the reference implementation; the last text is that of the documentation of python-xxhash.
    /// </summary>
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void The_hash_is_XXH64(string text, ulong hash) => Assert.Equal(hash, XxHash64.Of(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(0, false)]
    [InlineData(16, false)]
    [InlineData(32, true)]
    [InlineData(48, false)]
    [InlineData(1024, true)]
    public void A_filter_has_a_power_of_two_of_bytes(int size, bool isRead)
    {
        Assert.Equal(isRead, BloomFilter.TryRead(new byte[size], out BloomFilter filter));
        Assert.False(filter.MayContain("x"u8));
    }

    /// <summary>If a filter of the chain is missing, an item that the others do not have may have been added to it.</summary>
    [Fact]
    public void Without_a_filter_of_the_chain_the_answer_is_unknown()
    {
        byte[] body = [0, 2, 0, 2, 0, 0, 0, 100, .. MadeBatch.BigEndian(SortableDouble.Encode(0.01)), 0, 0, 0, 64];
        byte[] full = [.. Enumerable.Repeat((byte)0xFF, 32)];
        Assert.Null(With([0, 0], new byte[32]).BloomMayContain("x"u8));
        Assert.True(With([0, 0], full).BloomMayContain("x"u8));
        Assert.Equal(1, With([0, 0], full).BloomFalsePositiveRate());

        // A filter that the chain does not count is none of it.
        Assert.Null(With([0, 2], full).BloomMayContain("x"u8));

        KeyspaceKey With(byte[] index, byte[] filter)
        {
            var keyspace = new Keyspace();
            var batch = new WriteBatch(MadeBatch.Of(
                (MadeBatch.Put, 0, [.. MadeBatch.Subkey("k", 7, ""), .. index], filter),
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "k"), MadeBatch.Metadata(9, 7, 1, body))));
            keyspace.Apply(ref batch);
            return keyspace.Keys.Single();
        }
    }

    [Theory]
    [InlineData(1, 0, 100, 100)]
    [InlineData(3, 1, 100, 300)]
    [InlineData(3, 2, 100, 700)]
    [InlineData(ushort.MaxValue, ushort.MaxValue, uint.MaxValue, ulong.MaxValue)]
    public void The_capacity_is_the_sum_of_those_of_the_filters(ushort filters, ushort expansion, uint first, ulong capacity) =>
        Assert.Equal(capacity, new BloomFilterMetadata(filters, expansion, first, 0.01, 0).Capacity);

    private static List<(string Key, string Item)> ItemsOf(string workload)
    {
        List<(string, string)> items = [];
        foreach (string line in File.ReadLines(TestFiles.PathOf(workload)))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            JsonElement[] command = [.. entry.GetProperty("command").EnumerateArray()];
            if (command[0].ValueKind == JsonValueKind.String
                && command[0].GetString() is "BF.ADD" or "BF.MADD"
                && !entry.TryGetProperty("error", out _))
            {
                items.AddRange(command.Skip(2).Select(item => (command[1].GetString()!, item.GetString()!)));
            }
        }

        return items;
    }

    private static async Task<Keyspace> ReadAsync(IReadOnlyList<string> databases)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(databases))
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        return keyspace;
    }
}
