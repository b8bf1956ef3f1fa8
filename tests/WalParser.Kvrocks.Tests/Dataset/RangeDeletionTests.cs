using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Tests.Fixtures;

using Operation = (byte Tag, uint Family, byte[] Key, byte[] Value);

namespace WalParser.Kvrocks.Tests.Dataset;

/// <summary>Range deletions delete the stored keys in the range, whatever its bounds are: those that RocksDB would delete.</summary>
public class RangeDeletionTests
{
    private const uint Default = 0;
    private const uint Metadata = 1;
    private const uint Stream = 5;
    private const byte Hash = 2;
    private const byte StreamType = 8;
    private const ulong Version = 9;

    private static readonly string[] UserKeys = ["", "a", "ab", "b", "k\u00FF", "longer"];

    [Fact]
    public void The_elements_are_those_that_RocksDB_would_have()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var keyspace = new Keyspace(new KeyspaceOptions { SlotEncoding = Kvrocks.Keys.SlotEncoding.Off });
            var expected = new Dictionary<uint, SortedDictionary<byte[], byte[]>>
            {
                [Default] = new(ByteStringComparer.Instance),
                [Metadata] = new(ByteStringComparer.Instance),
                [Stream] = new(ByteStringComparer.Instance),
            };
            HashSet<(string, uint)> obsolete = [];
            Apply(keyspace, expected, [.. UserKeys.Select(key => MetadataOf(random, key))]);
            for (int batch = 0; batch < 30; batch++)
            {
                HashSet<string> before = [.. expected[Metadata].Keys.Select(Convert.ToHexString)];
                Apply(keyspace, expected, [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Some(random, expected))]);
                Forget(expected, before, obsolete);
                AssertSame(keyspace, expected, seed);
            }
        }
    }

    [Fact]
    public void A_range_that_deletes_nothing_changes_nothing()
    {
        var keyspace = new Keyspace();
        Apply(keyspace, null, [(MadeBatch.Put, Metadata, MadeBatch.MetadataKey("ns", "k"), MadeBatch.Metadata(Hash, Version, 1))]);
        Apply(keyspace, null, [(MadeBatch.Put, Default, MadeBatch.Subkey("k", Version, "f"), [1])]);
        Operation range = (MadeBatch.RangeDeletion, Default, [0], [255]);
        BatchChanges first = Apply(keyspace, null, [range]);
        BatchChanges second = Apply(keyspace, null, [range]);

        Assert.Equal("f"u8, Assert.Single(Assert.Single(first.Keys).Subkeys).Subkey.Span);
        Assert.Empty(second.Keys);
        Assert.Single(second.RangeDeletions);
    }

    private static Operation Some(Random random, Dictionary<uint, SortedDictionary<byte[], byte[]>> expected)
    {
        uint family = random.Next(3) == 0 ? Stream : Default;
        string userKey = UserKeys[random.Next(UserKeys.Length)];
        byte[] key = MadeBatch.Subkey(userKey, Version, $"{(char)random.Next('a', 'f')}{random.Next(4)}");
        return random.Next(10) switch
        {
            < 6 => (MadeBatch.Put, family, key, [(byte)random.Next(256)]),
            6 => (MadeBatch.Deletion, family, key, []),
            7 => MetadataOf(random, userKey),
            8 => (MadeBatch.RangeDeletion, Metadata, Bound(random, expected[Metadata]), Bound(random, expected[Metadata])),
            _ => (MadeBatch.RangeDeletion, family, Bound(random, expected[family]), Bound(random, expected[family])),
        };
    }

    private static Operation MetadataOf(Random random, string userKey) => (
        MadeBatch.Put,
        Metadata,
        MadeBatch.MetadataKey("ns", userKey),
        MadeBatch.Metadata(random.Next(3) == 0 ? StreamType : Hash, Version, 1, new byte[96]));

    /// <summary>Returns a stored key, a part of one, one with more bytes, or any bytes.</summary>
    private static byte[] Bound(Random random, SortedDictionary<byte[], byte[]> stored)
    {
        byte[] key = stored.Count == 0 ? [2] : stored.Keys.ElementAt(random.Next(stored.Count));
        return random.Next(5) switch
        {
            0 => key,
            1 => key[..random.Next(key.Length + 1)],
            2 => [.. key[..random.Next(key.Length + 1)], byte.MaxValue],
            3 => [.. key, 0],
            _ => MadeBatch.Subkey(UserKeys[random.Next(UserKeys.Length)], Version, random.Next(2) == 0 ? "" : "c"),
        };
    }

    private static BatchChanges Apply(
        Keyspace keyspace, Dictionary<uint, SortedDictionary<byte[], byte[]>>? expected, Operation[] operations)
    {
        foreach ((byte tag, uint family, byte[] key, byte[] value) in operations)
        {
            if (expected is null)
            {
                continue;
            }

            if (tag == MadeBatch.Put)
            {
                expected[family][key] = value;
            }
            else if (tag == MadeBatch.Deletion)
            {
                expected[family].Remove(key);
            }
            else
            {
                foreach (byte[] deleted in expected[family].Keys.Where(other => IsWithin(other, key, value)).ToList())
                {
                    expected[family].Remove(deleted);
                }
            }
        }

        var batch = new WriteBatch(MadeBatch.Of(operations));
        return keyspace.ApplyWithChanges(ref batch);
    }

    private static bool IsWithin(byte[] key, byte[] begin, byte[] end) =>
        key.AsSpan().SequenceCompareTo(begin) >= 0 && key.AsSpan().SequenceCompareTo(end) < 0;

    /// <summary>
    /// Removes the elements that no metadata can show any more. Kvrocks does this later, when RocksDB compacts its files. All keys have the
    /// same version, so that RENAME or COPY could bring it to any key until none has it.
    /// </summary>
    /// <param name="expected">What is stored, by column family.</param>
    /// <param name="before">The keys before the batch.</param>
    /// <param name="obsolete">The keys and families whose elements are known to be dead.</param>
    private static void Forget(
        Dictionary<uint, SortedDictionary<byte[], byte[]>> expected, HashSet<string> before, HashSet<(string, uint)> obsolete)
    {
        foreach (string userKey in UserKeys)
        {
            byte[] metadataKey = MadeBatch.MetadataKey("ns", userKey);
            bool isThere = expected[Metadata].TryGetValue(metadataKey, out byte[]? value);
            byte[] prefix = MadeBatch.Subkey(userKey, Version, "");
            foreach (uint family in (uint[])[Default, Stream])
            {
                bool isOwner = isThere && ((value![0] & 0x7F) == StreamType ? Stream : Default) == family;
                byte[][] elements = [.. expected[family].Keys.Where(key => key.AsSpan().StartsWith(prefix))];
                if (isOwner || elements.Length == 0)
                {
                    obsolete.Remove((userKey, family));
                }
                else if (isThere || before.Contains(Convert.ToHexString(metadataKey)))
                {
                    obsolete.Add((userKey, family));
                }

                if (expected[Metadata].Count == 0 && obsolete.Remove((userKey, family)))
                {
                    Array.ForEach(elements, key => expected[family].Remove(key));
                }
            }
        }
    }

    private static void AssertSame(Keyspace keyspace, Dictionary<uint, SortedDictionary<byte[], byte[]>> expected, int seed)
    {
        Assert.Equal(
            expected[Metadata].Keys.Select(Convert.ToHexString),
            keyspace.Keys.Select(key => Convert.ToHexString(key.StoredKey.Span)).Order(StringComparer.Ordinal));
        foreach (KeyspaceKey key in keyspace.Keys)
        {
            byte[] prefix = MadeBatch.Subkey(System.Text.Encoding.Latin1.GetString(key.UserKey.Span), Version, "");
            uint family = (byte)key.Type == StreamType ? Stream : Default;
            string[] wanted =
            [
                .. expected[family].Where(pair => pair.Key.AsSpan().StartsWith(prefix))
                    .Select(pair => Shown(pair.Key.AsSpan(prefix.Length), pair.Value)),
            ];
            string[] actual = [.. key.Elements.Select(pair => Shown(pair.Key.Span, pair.Value.Span))];
            string shownKey = Convert.ToHexString(key.StoredKey.Span);
            Assert.True(
                wanted.SequenceEqual(actual),
                $"seed {seed}, key {shownKey}: {string.Join(' ', actual)}, not {string.Join(' ', wanted)}");
        }
    }

    private static string Shown(ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> value) =>
        $"{Convert.ToHexString(subkey)}={Convert.ToHexString(value)}";
}
