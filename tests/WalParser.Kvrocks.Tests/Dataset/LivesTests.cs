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

/// <summary>What becomes of elements when their key's life ends, begins, or is not known; ranges; slots.</summary>
public class LivesTests
{
    private const byte Hash = 2;
    private static readonly byte[] Key = Made.MetadataKey("ns", "k");

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [Fact]
    public void An_element_of_an_earlier_life_changes_nothing()
    {
        Keyspace keyspace = With(Element(7, "a"), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        BatchChanges changes = Apply(keyspace, Element(6, "b"));
        Assert.Empty(changes.Keys);
        Assert.Equal(["a"], FieldsOf(keyspace));
        Assert.Equal(0, keyspace.OrphanCount);
    }

    [Fact]
    public void A_new_life_has_what_it_was_given_and_nothing_else()
    {
        Keyspace keyspace = With(Element(7, "a"), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        KeyChange change = Assert.Single(Apply(keyspace, Element(8, "b"), (Made.Put, 1, Key, Made.Metadata(Hash, 8, 1))).Keys);
        Assert.Equal("b", Encoding.Latin1.GetString(Assert.Single(change.Subkeys).Subkey.Span));
        Assert.Equal(["b"], FieldsOf(keyspace));

        // The old life's element is forgotten: it does not come back with its version.
        Apply(keyspace, (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1)));
        Assert.Empty(FieldsOf(keyspace));
    }

    [Fact]
    public void A_key_can_be_deleted_and_made_again_in_one_batch()
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
    public void An_element_waits_for_its_metadata_up_to_a_limit()
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
    public void Many_lives_of_one_key_are_kept_apart_in_a_batch_and_few_behind_it()
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
    public void A_range_over_several_keys_takes_what_lies_in_it()
    {
        Keyspace keyspace = With(
            Element(7, "a"),
            Element(7, "b"),
            (Made.Put, 1, Key, Made.Metadata(Hash, 7, 2)),
            (Made.Put, 0, Made.Subkey("l", 7, "a"), []),
            (Made.Put, 1, Made.MetadataKey("ns", "l"), Made.Metadata(Hash, 7, 1)));
        Apply(keyspace, (Made.RangeDeletion, 0, Made.Subkey("k", 7, "b"), Made.Subkey("l", 7, "a")));
        Assert.Equal(["k: a", "l: a"], keyspace.Keys.Select(key => $"{Text(key.UserKey)}: {string.Join(' ', FieldsOf(key))}").Order(StringComparer.Ordinal));
        Apply(keyspace, (Made.RangeDeletion, 0, Made.Subkey("", 0, ""), Made.Subkey("l", 8, "")));
        Assert.All(keyspace.Keys, key => Assert.Empty(FieldsOf(key)));
    }

    [Fact]
    public void A_range_of_keys_deletes_them_and_says_so()
    {
        Keyspace keyspace = With([.. "abc".Select(name => ((byte, uint, byte[], byte[]))(Made.Put, 1, Made.MetadataKey("ns", name.ToString()), [0x81, .. new byte[8]]))]);
        BatchChanges changes = Apply(keyspace, (Made.RangeDeletion, 1, Made.MetadataKey("ns", "a"), Made.MetadataKey("ns", "c")));
        Assert.Equal(2, Assert.Single(changes.RangeDeletions).Keys);
        Assert.All(changes.Keys, change => Assert.True(change.IsByRange && change.MetadataAfter is null));
        Assert.Equal("c", Text(Assert.Single(keyspace.Keys).UserKey));
        Assert.Equal(0, Assert.Single(Apply(keyspace, (Made.RangeDeletion, 1, Made.MetadataKey("ns", "a"), Made.MetadataKey("ns", "c"))).RangeDeletions).Keys);
    }

    [Fact]
    public void Fields_that_have_expired_are_not_there()
    {
        byte[] expiry = Made.BigEndian(5000);
        byte[] body = [1, .. Made.BigEndian(0), .. expiry, .. expiry];
        Keyspace keyspace = With(
            (Made.Put, 0, Made.Subkey("k", 7, "f"), [.. expiry, .. "v"u8]), (Made.Put, 1, Key, Made.Metadata(Hash, 7, 1, body)));
        KeyspaceKey key = Assert.Single(keyspace.Keys);
        HashField field = Assert.Single(key.HashFields());
        Assert.Equal(("f", "v", 5000ul), (Text(field.Field), Text(field.Value), field.ExpiryMilliseconds));
        Assert.True(field.ExistsAt(5000) && key.ExistsAt(5000));
        Assert.False(field.ExistsAt(5001) || key.ExistsAt(5001));
    }

    [Fact]
    public void A_first_key_that_looks_as_if_it_had_a_slot_does_not_mislead_for_long()
    {
        // What stands first in this key is the slot of the rest, as a key with a slot has it.
        ushort slot = RedisSlot.Of("rest"u8);
        string misleading = Encoding.Latin1.GetString([(byte)(slot >> 8), (byte)slot, .. "rest"u8]);
        var keyspace = new Keyspace();
        byte[] value = [0x81, .. new byte[8]];
        Apply(keyspace, (Made.Put, 1, Made.MetadataKey("ns", misleading), value));
        Assert.Equal(SlotEncoding.On, keyspace.SlotEncoding);
        Apply(keyspace, (Made.Put, 1, Made.MetadataKey("ns", "one"), value), (Made.Put, 1, Made.MetadataKey("ns", "two"), value));
        Assert.Equal(SlotEncoding.Off, keyspace.SlotEncoding);
        Assert.Equal(["one", "two", misleading], keyspace.Keys.Select(key => Text(key.UserKey)).OrderBy(name => name == misleading).ThenBy(name => name));
    }

    /// <summary>A log that begins in the middle: what is complete is as the server said, and there is nothing that the server did not have.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_log_that_begins_in_the_middle_shows_nothing_false(string state)
    {
        SortedSet<string> expected = RecordedState.Read(TestFiles.PathOf(state));
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state));
        var keyspace = new Keyspace();
        foreach (byte[] payload in batches.Skip(batches.Count / 2))
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        // Only these types count their elements or have their value in one record; a group's entries are not counted.
        KeyspaceKey[] shown = [.. keyspace.Keys.Where(key => key.ExistsAt(2) && key.Type.Name is "string" or "hash" or "list" or "set" or "zset" or "ReJSON-RL" && key.IsComplete)];
        Assert.NotEmpty(shown);
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
        Assert.Null(batch.Corruption);
        return changes;
    }

    private static IEnumerable<string> FieldsOf(Keyspace keyspace) => FieldsOf(keyspace.Find("ns"u8, "k"u8)!);

    private static IEnumerable<string> FieldsOf(KeyspaceKey key) => key.HashFields().Select(field => Text(field.Field));

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
