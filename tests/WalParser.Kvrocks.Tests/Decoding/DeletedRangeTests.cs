using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;
using Made = WalParser.Kvrocks.Tests.Fixtures.MadeBatch;

namespace WalParser.Kvrocks.Tests.Decoding;

/// <summary>Range deletions in the terms of keys.</summary>
public class DeletedRangeTests
{
    /// <summary>The range deletions of all recorded servers are those of known commands.</summary>
    [Fact]
    public async Task No_range_of_a_server_is_shown_by_its_bytes()
    {
        int ranges = 0;
        foreach (string state in TestFiles.Named("state.json"))
        {
            var decoder = new KvrocksDecoder();
            foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state)))
            {
                var batch = new WriteBatch(payload);
                decoder.BeginBatch(batch);
                foreach (WriteBatchOperation operation in batch)
                {
                    DecodedOperation item = decoder.Decode(operation);
                    if (item.Kind == DecodedOperationKind.Range)
                    {
                        Assert.NotEqual(DeletedRangeKind.Other, item.Range.Kind);
                        ranges++;
                    }
                }
            }
        }

        Assert.True(ranges > 0);
    }

    [Fact]
    public void A_namespace_is_deleted_by_its_prefix()
    {
        DeletedRange range = DeletedRange.Read(KvrocksColumnFamily.Metadata, "\u0002ns"u8, "\u0002nt"u8, hasSlot: false);
        Assert.Equal((DeletedRangeKind.Namespace, "ns"), (range.Kind, Encoding.UTF8.GetString(range.Namespace)));
    }

    [Theory]
    [InlineData(5, 6, 5, 5)]
    [InlineData(5, 9, 5, 8)]
    [InlineData(16383, 16384, 16383, 16383)]
    public void Slots_are_deleted_by_their_prefix(int begin, int end, int first, int last)
    {
        byte[] prefix = [2, .. "ns"u8];
        DeletedRange range = DeletedRange.Read(
            KvrocksColumnFamily.Metadata,
            [.. prefix, (byte)(begin >> 8), (byte)begin],
            [.. prefix, (byte)(end >> 8), (byte)end],
            hasSlot: true);
        Assert.Equal((DeletedRangeKind.Slots, (ushort)first, (ushort)last), (range.Kind, range.FirstSlot, range.LastSlot));
    }

    [Fact]
    public void A_range_of_keys_has_its_bounds()
    {
        DeletedRange range = DeletedRange.Read(
            KvrocksColumnFamily.Metadata, Made.MetadataKey("ns", "a"), Made.MetadataKey("nt", "c"), hasSlot: false);
        Assert.Equal(
            (DeletedRangeKind.Keys, "a", "c", "nt"),
            (range.Kind, Text(range.UserKey), Text(range.EndKey), Text(range.EndNamespace)));
    }

    [Fact]
    public void The_entries_of_a_stream_are_deleted_by_their_ids()
    {
        byte[] prefix = Made.Subkey("s", 7, "");
        byte[] first = [.. prefix, .. Made.BigEndian(5), .. Made.BigEndian(1)];
        byte[] last = [.. prefix, .. Made.BigEndian(9), .. Made.BigEndian(2)];
        Assert.Equal("StreamEntries s 5-1 9-2 False", Show(first, last));
        Assert.Equal("StreamEntries s 5-1 9-2 True", Show(first, [.. last, 0]));
        byte[] group = [.. prefix, .. Made.BigEndian(ulong.MaxValue), 1, .. Made.BigEndian(1), (byte)'g'];
        Assert.Equal("StreamEntries s 5-1  False", Show(first, group));
        Assert.Equal("AllElements s   False", Show([.. prefix, 0], [.. prefix, 255]));
        Assert.Equal("Elements s   False", Show([.. prefix, 1], [.. prefix, 2]));
        Assert.Equal("Other    False", Show(first, Made.Subkey("t", 7, "x")));

        static string Show(byte[] begin, byte[] end)
        {
            DeletedRange range = DeletedRange.Read(KvrocksColumnFamily.Stream, begin, end, hasSlot: false);
            return $"{range.Kind} {Text(range.UserKey)} {range.FirstId} {range.EndId} {range.IncludesEndId}";
        }
    }

    /// <summary>FT.DROPINDEX deletes all fields, which begin with their length (IndexManager::Drop of Kvrocks).</summary>
    [Theory]
    [InlineData(2, DeletedRangeKind.SearchFields)]
    [InlineData(3, DeletedRangeKind.SearchContent)]
    [InlineData(4, DeletedRangeKind.Other)]
    public void A_search_index_is_deleted_by_its_name(byte kind, DeletedRangeKind expected)
    {
        byte[] prefix = [2, .. "ns"u8, kind, 0, 0, 0, 3, .. "idx"u8];
        DeletedRange range = DeletedRange.Read(
            KvrocksColumnFamily.Search, [.. prefix, 0, 0, 0, 0], [.. prefix, 255, 255, 255, 255], hasSlot: false);
        Assert.Equal((expected, expected == DeletedRangeKind.Other ? "" : "idx"), (range.Kind, Text(range.Index)));
    }

    [Theory]
    [InlineData("lua_f_", "lua_f`", DeletedRangeKind.Scripts)]
    [InlineData("lua_lib_code_", "lua_lib_code`", DeletedRangeKind.Libraries)]
    [InlineData("lua_func_lib_", "lua_func_lib`", DeletedRangeKind.Functions)]
    [InlineData("lua_func_lib_a", "lua_func_lib_b", DeletedRangeKind.Other)]
    [InlineData("", "", DeletedRangeKind.Other)]
    public void Functions_and_scripts_are_deleted_by_their_prefix(string begin, string end, DeletedRangeKind expected) =>
        Assert.Equal(
            expected,
            DeletedRange.Read(KvrocksColumnFamily.Propagate, Encoding.UTF8.GetBytes(begin), Encoding.UTF8.GetBytes(end), false).Kind);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
