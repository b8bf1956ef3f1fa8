using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;
using Made = WalParser.Kvrocks.Tests.Fixtures.MadeBatch;

namespace WalParser.Kvrocks.Tests.Dataset;

/// <summary>Elements of keys whose version is old, new or unknown, deleted ranges, and slots.</summary>
public class KeyVersionTests
{
    private const byte Hash = 2;
    private static readonly byte[] Key = Made.MetadataKey("ns", "k");

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [Fact]
    public void An_element_of_an_earlier_version_is_ignored()
    {
        Keyspace keyspace = With(Element(7, "a"), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        BatchChanges changes = Apply(keyspace, Element(6, "b"));
        Assert.Empty(changes.Keys);
        Assert.Equal(["a"], FieldsOf(keyspace));
        Assert.Equal(0, keyspace.OrphanCount);
    }

    [Fact]
    public void A_new_version_has_only_its_own_elements()
    {
        Keyspace keyspace = With(Element(7, "a"), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        KeyChange change = Assert.Single(Apply(keyspace, Element(8, "b"), (Made.Put, 1, Key, Made.Metadata(Hash, 8, 1))).Keys);
        Assert.Equal("b", Encoding.Latin1.GetString(Assert.Single(change.Subkeys).Subkey.Span));
        Assert.Equal(["b"], FieldsOf(keyspace));

        // The element of the old version is removed; it does not reappear when the version does.
        Apply(keyspace, (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        Assert.Empty(FieldsOf(keyspace));
    }

    [Fact]
    public void A_key_can_be_deleted_and_created_again_in_one_batch()
    {
        Keyspace keyspace = With(Element(7, "a"), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        KeyChange change = Assert.Single(Apply(
            keyspace, (Made.Deletion, 1, Key, []), Element(9, "c"), (Made.Put, 1, Key, Made.Metadata(Hash, 9, 1))).Keys);
        Assert.NotNull(change.MetadataBefore);
        Assert.NotNull(change.MetadataAfter);
        Assert.Equal(["c"], FieldsOf(keyspace));
        change = Assert.Single(Apply(keyspace, (Made.Deletion, 1, Key, [])).Keys);
        Assert.Null(change.MetadataAfter);
        Assert.Empty(keyspace.Keys);
    }

    [Fact]
    public void Elements_before_their_metadata_are_kept_up_to_a_limit()
    {
        var keyspace = new Keyspace(new KeyspaceOptions { MaxOrphans = 2 });
        Apply(keyspace, Element(7, "a"), Element(7, "b"));
        Assert.Equal(2, keyspace.OrphanCount);
        Apply(keyspace, (Made.Put, 0, Made.Subkey("other", 7, "x"), []));
        Assert.Equal((2, 1), (keyspace.OrphanCount, keyspace.DroppedOrphanCount));
        Assert.Empty(keyspace.Keys);

        KeyChange change = Assert.Single(Apply(keyspace, (Made.Put, 1, Key, Made.Metadata(Hash, 7, 3))).Keys);
        Assert.Equal(2, change.Subkeys.Count);
        Assert.Equal(0, keyspace.OrphanCount);
        Assert.False(change.Key!.IsComplete);
    }

    [Fact]
    public void Versions_of_one_key_are_distinguished_within_a_batch_and_few_are_kept_after_it()
    {
        Keyspace keyspace = With([.. Enumerable.Range(1, 100).Select(version => Element((ulong)version, "f" + version))]);
        Assert.Equal((16, 84), (keyspace.OrphanCount, keyspace.DroppedOrphanCount));
        Apply(keyspace, (Made.Put, 1, Key, Made.Metadata(Hash, 100, 1)));
        Assert.Equal(["f100"], FieldsOf(keyspace));
        Assert.Equal(0, keyspace.OrphanCount);
    }

    [Fact]
    public void A_merge_replaces_the_value()
    {
        Keyspace keyspace = With(Element(7, "a"), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        Apply(keyspace, (Made.Merge, 0, Made.Subkey("k", 7, "a"), "new"u8.ToArray()));
        Assert.Equal("new", Encoding.Latin1.GetString(Assert.Single(keyspace.Keys).HashFields().Single().Value.Span));
    }

    [Theory]
    [InlineData("b", "d", "a d")]
    [InlineData("", "zz", "")]
    [InlineData("c", "c", "a b c d")]
    [InlineData("d", "a", "a b c d")]
    public void A_range_of_elements_is_deleted(string begin, string end, string left)
    {
        Keyspace keyspace = With(
            [.. "abcd".Select(field => Element(7, field.ToString())), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 4))]);
        Apply(keyspace, (Made.RangeDeletion, 0, Made.Subkey("k", 7, begin), Made.Subkey("k", 7, end)));
        Assert.Equal(left, string.Join(' ', FieldsOf(keyspace)));
    }

    [Fact]
    public void A_range_over_several_keys_deletes_the_elements_within_it()
    {
        Keyspace keyspace = With(
            Element(7, "a"),
            Element(7, "b"),
            (Made.Put, 1, Key, Made.Metadata(Hash, 7, 2)),
            (Made.Put, 0, Made.Subkey("l", 7, "a"), []),
            (Made.Put, 1, Made.MetadataKey("ns", "l"), Made.Metadata(Hash, 7, 1)));
        Apply(keyspace, (Made.RangeDeletion, 0, Made.Subkey("k", 7, "b"), Made.Subkey("l", 7, "a")));
        Assert.Equal(
            ["k: a", "l: a"],
            keyspace.Keys.Select(key => $"{Text(key.UserKey)}: {string.Join(' ', FieldsOf(key))}").Order(StringComparer.Ordinal));
        Apply(keyspace, (Made.RangeDeletion, 0, Made.Subkey("", 0, ""), Made.Subkey("l", 8, "")));
        Assert.All(keyspace.Keys, key => Assert.Empty(FieldsOf(key)));
    }

    [Fact]
    public void A_range_of_keys_deletes_the_keys_and_is_reported()
    {
        Keyspace keyspace = With(
            (Made.Put, 1, Made.MetadataKey("ns", "a"), [0x81, .. new byte[8]]),
            (Made.Put, 1, Made.MetadataKey("ns", "b"), [0x81, .. new byte[8]]),
            (Made.Put, 1, Made.MetadataKey("ns", "c"), [0x81, .. new byte[8]]));
        BatchChanges changes = Apply(keyspace, (Made.RangeDeletion, 1, Made.MetadataKey("ns", "a"), Made.MetadataKey("ns", "c")));
        Assert.Equal(2, Assert.Single(changes.RangeDeletions).Keys);
        Assert.All(changes.Keys, change => Assert.True(change.IsByRange && change.MetadataAfter is null));
        Assert.Equal("c", Text(Assert.Single(keyspace.Keys).UserKey));
        changes = Apply(keyspace, (Made.RangeDeletion, 1, Made.MetadataKey("ns", "a"), Made.MetadataKey("ns", "c")));
        Assert.Equal(0, Assert.Single(changes.RangeDeletions).Keys);
    }

    [Fact]
    public void Expired_fields_do_not_exist()
    {
        byte[] expiry = Made.BigEndian(5000);
        byte[] body = [1, .. Made.BigEndian(0), .. expiry, .. expiry];
        Keyspace keyspace = With(
            (Made.Put, 0, Made.Subkey("k", 7, "f"), [.. expiry, .. "v"u8]), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1, body)));
        KeyspaceKey key = Assert.Single(keyspace.Keys);
        HashField field = Assert.Single(key.HashFields());
        Assert.Equal(("f", "v", 5000ul), (Text(field.Field), Text(field.Value), field.ExpiryMilliseconds));
        var last = DateTimeOffset.FromUnixTimeMilliseconds(5000);
        Assert.True(field.ExistsAt(last) && key.ExistsAt(last));
        DateTimeOffset expired = last.AddMilliseconds(1);
        Assert.False(field.ExistsAt(expired) || key.ExistsAt(expired));
    }

    [Fact]
    public void A_first_key_that_seems_to_contain_a_slot_is_corrected_by_later_keys()
    {
        // The first two bytes of this key are the slot of the rest, as in a key that contains its slot.
        ushort slot = RedisSlot.Of("rest"u8);
        string misleading = Encoding.Latin1.GetString([(byte)(slot >> 8), (byte)slot, .. "rest"u8]);
        var keyspace = new Keyspace();
        byte[] value = [0x81, .. new byte[8]];
        Apply(keyspace, (Made.Put, 1, Made.MetadataKey("ns", misleading), value));
        Assert.Equal(SlotEncoding.On, keyspace.SlotEncoding);
        Apply(keyspace, (Made.Put, 1, Made.MetadataKey("ns", "one"), value), (Made.Put, 1, Made.MetadataKey("ns", "two"), value));
        Assert.Equal(SlotEncoding.Off, keyspace.SlotEncoding);
        Assert.Equal(
            ["one", "two", misleading],
            keyspace.Keys.Select(key => Text(key.UserKey)).OrderBy(name => name == misleading).ThenBy(name => name));
    }

    /// <summary>
    /// Applies a log without its beginning. Complete keys equal those of the recorded state, and there is no key that the server did not
    /// have. Two things do not show in such a log: the type of a bitmap says nothing about missing fragments, and elements that lay under a
    /// version before RENAME or COPY brought it back are not counted by the metadata.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_log_without_its_beginning_results_in_no_wrong_key(string state)
    {
        SortedSet<string> expected = RecordedState.Read(TestFiles.PathOf(state));
        var whole = new Keyspace();
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        var keyspace = new Keyspace();
        foreach ((int i, byte[] payload) in batches.Index())
        {
            var batch = new WriteBatch(payload);
            WriteBatch copy = batch;
            whole.Apply(ref copy);
            if (i >= batches.Count / 2)
            {
                keyspace.Apply(ref batch);
            }
        }

        // Only these types count their elements or store their value in one record. The entries of a group are not counted.
        KeyspaceKey[] shown =
        [
            .. keyspace.Keys.Where(key =>
                key.ExistsAt(DateTimeOffset.FromUnixTimeMilliseconds(2))
                && key.Type.Name is "string" or "hash" or "list" or "set" or "zset" or "ReJSON-RL"
                && key.IsComplete
                && (ulong)whole.Find(key.Namespace.Span, key.UserKey.Span)!.ElementCount is var count
                && (!key.Metadata.HasVersion || count <= key.Metadata.Size)),
        ];
        Assert.All(shown, key => Assert.Contains(ShownKeyspace.LineOf(key), expected));
    }

    private static (byte Tag, uint Family, byte[] Key, byte[] Value) Element(ulong version, string field) =>
        (Made.Put, 0, Made.Subkey("k", version, field), Encoding.Latin1.GetBytes("value of " + field));

    private static Keyspace With(params (byte Tag, uint Family, byte[] Key, byte[] Value)[] operations)
    {
        var keyspace = new Keyspace();
        Assert.Empty(Apply(keyspace, operations).Undecodable);
        return keyspace;
    }

    private static BatchChanges Apply(Keyspace keyspace, params (byte Tag, uint Family, byte[] Key, byte[] Value)[] operations)
    {
        var batch = new WriteBatch(Made.Of(operations));
        BatchChanges changes = keyspace.ApplyWithChanges(ref batch);
        Assert.Null(batch.Finding);
        return changes;
    }

    private static IEnumerable<string> FieldsOf(Keyspace keyspace) => FieldsOf(keyspace.Find("ns"u8, "k"u8)!);

    private static IEnumerable<string> FieldsOf(KeyspaceKey key) => key.HashFields().Select(field => Text(field.Field));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
