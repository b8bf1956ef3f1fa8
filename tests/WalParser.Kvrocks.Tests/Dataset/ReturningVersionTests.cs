using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;

using Made = WalParser.Kvrocks.Tests.Fixtures.MadeBatch;
using Operation = (byte Tag, uint Family, byte[] Key, byte[] Value);

namespace WalParser.Kvrocks.Tests.Dataset;

/// <summary>
/// RENAME and COPY carry a version to another key and back. The elements that lie under it at the key come to life again, as long as some
/// key has had the version all the time.
/// </summary>
public class ReturningVersionTests
{
    private const byte Hash = 2;
    private const byte Set = 4;
    private const byte ZSet = 5;
    private const ulong Version = 7;

    [Fact]
    public void Elements_come_back_with_their_version()
    {
        var keyspace = new Keyspace();
        Apply(keyspace, Metadata("s", Set, 2), Element("s", "x"), Element("s", "y"));
        Apply(keyspace, Deletion("s"), Metadata("t", Set, 2), Element("t", "x"), Element("t", "y"));
        Apply(keyspace, Metadata("t", Set, 1), Removal("t", "x"));
        KeyChange change = Apply(keyspace, Deletion("t"), Metadata("s", Set, 1), Element("s", "y")).Keys.Single(one => one.Key is not null);

        Assert.Equal(["x", "y"], MembersOf(keyspace, "s"));
        Assert.Equal(["x", "y"], change.Subkeys.Select(subkey => Text(subkey.Subkey)).Order(StringComparer.Ordinal));
        Assert.True(change.Key!.IsComplete);
        Assert.Equal(0, keyspace.OrphanCount);
    }

    [Fact]
    public void Elements_are_forgotten_with_the_last_key_that_has_their_version()
    {
        var keyspace = new Keyspace();
        Apply(keyspace, Metadata("s", Set, 1), Element("s", "x"));
        Apply(keyspace, Deletion("s"), Metadata("t", Set, 1), Element("t", "x"));
        Apply(keyspace, Deletion("t"));
        Apply(keyspace, Metadata("s", Set, 1));
        Assert.Empty(MembersOf(keyspace, "s"));
        Assert.Equal(0, keyspace.OrphanCount);
    }

    [Fact]
    public void A_version_that_moves_on_within_a_batch_is_not_lost()
    {
        var keyspace = new Keyspace();
        Apply(keyspace, Metadata("s", Set, 1), Element("s", "x"));
        Apply(keyspace, Deletion("s"), Metadata("t", Set, 1), Element("t", "y"), Deletion("t"), Metadata("u", Set, 1), Element("u", "z"));
        Apply(keyspace, Deletion("u"), Metadata("s", Set, 1));
        Assert.Equal(["x"], MembersOf(keyspace, "s"));
    }

    [Fact]
    public void Records_of_dead_elements_take_effect_when_the_version_comes_back()
    {
        var keyspace = new Keyspace();
        Apply(keyspace, Metadata("s", Set, 3), Element("s", "a"), Element("s", "b"), Element("s", "c"));
        Apply(keyspace, Deletion("s"), Metadata("t", Set, 1), Element("t", "a"));
        Assert.Empty(Apply(keyspace, Removal("s", "a"), Element("s", "d")).Keys);
        Assert.Empty(Apply(keyspace, (Made.RangeDeletion, 0, Subkey("s", "b"), Subkey("s", "c"))).Keys);
        Assert.Empty(Apply(keyspace, (Made.RangeDeletion, 0, Subkey("s", "d"), Made.Subkey("t", 0, ""))).Keys);
        Apply(keyspace, Metadata("s", Set, 1), Element("s", "e"));
        Assert.Equal(["c", "e"], MembersOf(keyspace, "s"));
    }

    /// <summary>The score of a copied member replaces that of the member, but the entry of the old score stays: ZRANGE reads both.</summary>
    [Fact]
    public void A_sorted_set_is_read_as_ZRANGE_reads_it()
    {
        var keyspace = new Keyspace();
        Apply(keyspace, Metadata("z", ZSet, 2), Scored("z", "a", 1), Entry("z", "a", 1), Scored("z", "b", 2), Entry("z", "b", 2));
        Apply(
            keyspace, Metadata("t", ZSet, 2), Scored("t", "a", 1), Entry("t", "a", 1), Scored("t", "b", 2), Entry("t", "b", 2));
        (byte, uint Family, byte[] Key, byte[]) old = Entry("t", "a", 1);
        Apply(keyspace, (Made.Deletion, old.Family, old.Key, []), Entry("t", "a", 5), Scored("t", "a", 5));
        Assert.Equal(["a=5", "b=2"], ScoresOf(keyspace, "t"));
        Apply(keyspace, Metadata("z", ZSet, 2), Scored("z", "a", 5), Entry("z", "a", 5), Scored("z", "b", 2), Entry("z", "b", 2));
        Assert.Equal(["a=1", "b=2"], ScoresOf(keyspace, "z"));
        Apply(keyspace, Metadata("z", ZSet, 3), Scored("z", "c", 9), Entry("z", "c", 9));
        Assert.Equal(["a=1", "a=5", "b=2"], ScoresOf(keyspace, "z"));
    }

    [Fact]
    public void More_dead_elements_than_the_limit_are_dropped_the_oldest_first()
    {
        var keyspace = new Keyspace(new KeyspaceOptions { MaxDeadElements = 2 });
        Apply(keyspace, Metadata("a", Set, 1), Element("a", "x"), Metadata("b", Set, 1), Element("b", "x"));
        Apply(keyspace, Metadata("c", Set, 1), Element("c", "x"), Metadata("d", Set, 1), Element("d", "x"));
        Apply(keyspace, Deletion("b"));
        Apply(keyspace, Deletion("a"));
        Assert.Equal(0, keyspace.DroppedDeadElementCount);
        Apply(keyspace, Deletion("c"));
        Assert.Equal(1, keyspace.DroppedDeadElementCount);
        Apply(keyspace, Metadata("a", Hash, 1), Metadata("b", Hash, 1), Metadata("c", Hash, 1));
        Assert.Equal([1, 0, 1], "abc".Select(name => keyspace.Find("ns"u8, [(byte)name])!.ElementCount));
    }

    private static byte[] Subkey(string key, string element) => Made.Subkey(key, Version, element);

    private static Operation Metadata(string key, byte type, ulong size) =>
        (Made.Put, 1, Made.MetadataKey("ns", key), Made.Metadata(type, Version, size));

    private static Operation Deletion(string key) => (Made.Deletion, 1, Made.MetadataKey("ns", key), []);

    private static Operation Element(string key, string element) => (Made.Put, 0, Subkey(key, element), []);

    private static Operation Removal(string key, string element) => (Made.Deletion, 0, Subkey(key, element), []);

    private static Operation Scored(string key, string member, double score) => (Made.Put, 0, Subkey(key, member), Sortable(score));

    private static Operation Entry(string key, string member, double score) =>
        (Made.Put, 2, Subkey(key, Encoding.Latin1.GetString(Sortable(score)) + member), []);

    private static byte[] Sortable(double score) => Made.BigEndian(BitConverter.DoubleToUInt64Bits(score) | (1UL << 63));

    private static BatchChanges Apply(Keyspace keyspace, params Operation[] operations)
    {
        var batch = new WriteBatch(Made.Of(operations));
        BatchChanges changes = keyspace.ApplyWithChanges(ref batch);
        Assert.Null(batch.Finding);
        Assert.Empty(changes.Undecodable);
        return changes;
    }

    private static IEnumerable<string> MembersOf(Keyspace keyspace, string key) =>
        keyspace.Find("ns"u8, Encoding.Latin1.GetBytes(key))!.SetMembers().Select(Text);

    private static IEnumerable<string> ScoresOf(Keyspace keyspace, string key) =>
        keyspace.Find("ns"u8, Encoding.Latin1.GetBytes(key))!.ZSetMembers().Select(member => $"{Text(member.Member)}={member.Score}");

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
