using System.Text;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.ServerRecords;
using WalParser.Kvrocks.Tests.Fixtures;

namespace WalParser.Kvrocks.Tests.Decoding;

/// <summary>Records that belong to the server, built as the sources of Kvrocks describe them.</summary>
public class ServerRecordTests
{
    private static readonly byte[] Start = [2, .. "ns"u8];
    private static readonly byte[] Index = [0, 0, 0, 3, .. "idx"u8];
    private static readonly byte[] Field = [0, 0, 0, 1, .. "f"u8];
    private static readonly byte[] Key = [0, 0, 0, 2, .. "k1"u8];

    public static IEnumerable<object[]> Records =>
    [
        ["Index idx   ", (byte[])[.. Start, 0, .. Index]],
        ["Prefixes idx   ", (byte[])[.. Start, 1, .. Index]],
        ["Field idx f  ", (byte[])[.. Start, 2, .. Index, .. Field]],
        ["Tag idx f k1 t", (byte[])[.. Start, 3, .. Index, .. Field, 0, 0, 0, 1, (byte)'t', .. Key]],
        ["Number idx f k1 -2.5", (byte[])[.. Start, 3, .. Index, .. Field, .. MadeBatch.BigEndian(SortableDouble.Encode(-2.5)), .. Key]],
        ["VectorNode idx f k1 3", (byte[])[.. Start, 3, .. Index, .. Field, 0, 3, 1, .. Key]],
        ["VectorEdge idx f k1 3 k1", (byte[])[.. Start, 3, .. Index, .. Field, 0, 3, 2, .. Key, .. Key]],
        ["Alias idx f  ", (byte[])[.. Start, 4, .. Index, .. Field]],
        ["Other idx   ", (byte[])[.. Start, 9, .. Index, 1, 2]],
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_search_record_has_the_parts_of_its_kind(string shown, byte[] key)
    {
        Assert.True(SearchRecord.TryRead(key, out SearchRecord record));
        string content = record.Kind switch
        {
            SearchRecordKind.Tag => Text(record.Tag),
            SearchRecordKind.Number => FormattableString.Invariant($"{record.Number}"),
            SearchRecordKind.VectorNode => $"{record.Level}",
            SearchRecordKind.VectorEdge => $"{record.Level} {Text(record.OtherKey)}",
            _ => "",
        };
        Assert.Equal(shown, $"{record.Kind} {Text(record.Index)} {Text(record.Field)} {Text(record.UserKey)} {content}");
        Assert.Equal("ns", Text(record.Namespace));
        for (int length = 0; length < key.Length; length++)
        {
            _ = SearchRecord.TryRead(key.AsSpan(0, length), out _);
        }
    }

    [Fact]
    public void The_fields_of_a_schema_are_read()
    {
        Assert.True(SearchField.TryRead([(1 << 1) | 1, (byte)';', 1], out SearchField tag));
        Assert.Equal(("tag", false, (byte)';', true), (tag.TypeName, tag.IsIndexed, tag.Separator, tag.IsCaseSensitive));
        Assert.True(SearchField.TryRead([2 << 1], out SearchField number));
        Assert.Equal(("numeric", true), (number.TypeName, number.IsIndexed));
        byte[] vector =
        [
            3 << 1, 1, 0, 4, 2, 0, 0, 1, 0, 0, 16, 0, 0, 0, 200, 0, 0, 0, 10, .. MadeBatch.BigEndian(SortableDouble.Encode(0.01)), 0, 1,
        ];
        Assert.True(SearchField.TryRead(vector, out SearchField graph));
        Assert.Equal((4, "cosine", 256u), (graph.Dimensions, graph.DistanceMetricName, graph.InitialCapacity));
        Assert.Equal((16, 200u, 10u, 0.01, 1), (graph.MaxEdges, graph.EfConstruction, graph.EfRuntime, graph.Epsilon, graph.Levels));
        Assert.False(SearchField.TryRead(vector.AsSpan(0, vector.Length - 1), out _));
        Assert.True(SearchField.TryRead([14], out SearchField newer));
        Assert.Equal("7", newer.TypeName);
        Assert.False(SearchField.TryRead([], out _));
    }

    [Fact]
    public void Prefixes_end_where_they_are_not_complete()
    {
        Assert.Equal(
            ["a:", ""],
            SearchRecord.ReadPrefixes([0, 0, 0, 2, .. "a:"u8, 0, 0, 0, 0, 255, 255, 255, 255, 1]).Select(prefix => Text(prefix.Span)));
        Assert.Empty(SearchRecord.ReadPrefixes([]));
    }

    [Fact]
    public void A_label_has_a_value_and_a_key()
    {
        byte[] key = [.. Start, 0, 0, 0, 0, 4, .. "area"u8, 0, 0, 0, 3, .. "k r"u8, .. "ts:a"u8];
        Assert.True(LabelIndexKey.TryRead(key, out LabelIndexKey label));
        Assert.Equal(
            ("ns", "area", "k r", "ts:a"), (Text(label.Namespace), Text(label.Label), Text(label.Value), Text(label.UserKey)));
        Assert.False(LabelIndexKey.TryRead(key.AsSpan(0, 12), out _));
        key[3] = 1;
        Assert.False(LabelIndexKey.TryRead(key, out _));
    }

    [Theory]
    [InlineData("script", PropagatedKind.Command, "")]
    [InlineData("lua_f_2597", PropagatedKind.Script, "2597")]
    [InlineData("lua_lib_code_mylib", PropagatedKind.Library, "mylib")]
    [InlineData("lua_func_lib_setit", PropagatedKind.Function, "setit")]
    [InlineData("__namespace_keys__", PropagatedKind.Namespaces, "")]
    [InlineData("replication_id_", PropagatedKind.ReplicationId, "")]
    [InlineData("newer", PropagatedKind.Other, "newer")]
    public void A_propagated_key_has_a_kind_and_a_name(string key, PropagatedKind kind, string name)
    {
        PropagatedKey read = PropagatedKey.Read(Encoding.UTF8.GetBytes(key));
        Assert.Equal((kind, name), (read.Kind, Text(read.Name)));
    }

    [Fact]
    public void A_propagated_command_is_a_RESP_array()
    {
        Assert.Equal(
            ["SCRIPT", "FLUSH"],
            PropagatedCommand.Read("*2\r\n$6\r\nSCRIPT\r\n$5\r\nFLUSH\r\n"u8.ToArray())!.Select(item => Text(item.Span)));
        Assert.Null(PropagatedCommand.Read("*2\r\n$6\r\nSCRIPT\r\n"u8.ToArray()));
        Assert.Null(PropagatedCommand.Read("*9999999999999\r\n"u8.ToArray()));
        Assert.Null(PropagatedCommand.Read("+OK\r\n"u8.ToArray()));
        Assert.Null(PropagatedCommand.Read("x"u8.ToArray()));
        Assert.Null(PropagatedCommand.Read(default));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
