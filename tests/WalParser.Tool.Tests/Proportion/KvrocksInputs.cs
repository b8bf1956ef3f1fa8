using System.Buffers.Binary;
using System.Text;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

using Operation = (byte Tag, uint Family, byte[] Key, byte[] Value);

namespace WalParser.Tool.Tests.Proportion;

/// <summary>Hostile Kvrocks databases of a size, in which a few bytes change, show or delete what many bytes have written.</summary>
internal static class KvrocksInputs
{
    private const byte Delete = 0x04;
    private const byte Put = 0x05;
    private const byte DeleteRange = 0x0E;
    private const uint Default = (uint)KvrocksColumnFamily.Default;
    private const uint Metadata = (uint)KvrocksColumnFamily.Metadata;
    private const uint Stream = (uint)KvrocksColumnFamily.Stream;
    private const byte Hash = 2;
    private const byte List = 3;
    private const byte Set = 4;
    private const byte Bitmap = 6;
    private const byte StreamType = 8;
    private const byte HyperLogLog = 11;
    private const ulong Version = 3_612_672_000_000_000_001;
    private const ulong Middle = ulong.MaxValue / 2;
    private const string Namespace = "__namespace";

    /// <summary>The inputs by name; each returns its batches.</summary>
    public static IReadOnlyDictionary<string, Func<int, IEnumerable<Operation[]>>> All { get; } =
        new Dictionary<string, Func<int, IEnumerable<Operation[]>>>
        {
            ["ranges over many keys"] = n => [.. Hashes(n), .. Repeated(n, Range(Default, [0], EndOfNamespace()))],
            ["ranges that begin and end within keys"] = RangesWithin,
            ["ranges of keys"] = n => [.. Hashes(n), .. Repeated(n, Range(Metadata, [0], EndOfNamespace()))],
            ["ranges of keys in one batch"] = n => [.. Hashes(n), [.. Enumerable.Repeat(Range(Metadata, [0], EndOfNamespace()), n)]],
            ["ranges of single keys"] = n => [.. Hashes(n), .. Numbers(n).Select(i => (Operation[])[Range(Metadata, Key(i), Key(i + 1))])],
            ["flushes of one namespace beside another"] = n =>
                [.. Hashes(n), .. Repeated(n, Range(Metadata, [1, (byte)'a'], [1, (byte)'b']))],
            ["flushes over many namespaces"] = n => [.. Namespaces(n), .. Repeated(n, Range(Metadata, [0], [byte.MaxValue]))],
            ["flushes of keys that are put again"] = n =>
                [.. Big(Hash, n), .. Repeated(n, Range(Metadata, [0], [byte.MaxValue]), Meta(Hash, n))],
            ["list flips"] = ListFlips,
            ["type flips"] = n => [.. Big(Hash, n), .. Flips(n, Meta(Set, n), Meta(Hash, n))],
            ["type flips of many keys"] = n =>
                [.. Hashes(n), .. Numbers(n).Select(i => (Operation[])[MetaOf(i, i % 2 == 0 ? Set : Hash, 1)])],
            ["flips to a type without commands"] = n => [.. Big(Hash, n), .. Flips(n, Meta(9, n, new byte[64]), Meta(Hash, n))],
            ["flips of the size to 0"] = n => [.. Big(Hash, n), .. Flips(n, Meta(Hash, 0), Meta(Hash, n))],
            ["flips of field expiration"] = n => [.. Big(Hash, n), .. Flips(n, Meta(Hash, n, [1, .. new byte[24]]), Meta(Hash, n))],
            ["flips of a bitmap's size"] = n => [.. Big(Bitmap, n), .. Flips(n, Meta(Bitmap, 1000), Meta(Bitmap, n))],
            ["flips of a stream's counters"] = n =>
                [.. BigStream(n), .. Flips(n, Meta(StreamType, n, Counters(n, n + 5)), Meta(StreamType, n, Counters(n, 0)))],
            ["one element of a large list"] = ListEdits,
            ["one register of a HyperLogLog"] = n => Numbers(n).Select(i => (Operation[])[Meta(HyperLogLog, 1, [0]), Element("3", $"{i}")]),
            ["versions of a key"] = n => Numbers(n).Select(i => VersionOf(i)),
            ["versions of a key in one batch"] = n => [[.. Numbers(n).SelectMany(VersionOf)]],
            ["elements without metadata"] = n => Numbers(n).Select(i => (Operation[])[Element($"f{i}", "v")]),
            ["stream entries trimmed by range"] = n => [.. BigStream(n), .. Numbers(n).Select(i => (Operation[])[TrimmedEntry(i)])],
            ["trims of a stream that is written"] = TrimmedStream,
            ["a version that comes back"] = n =>
                [.. Big(Set, n), [MetaOf(1, Set, 1)], .. Flips(n, (Put, Metadata, Key(0), Value(1, 0, 0)[..9]), Meta(Set, 1))],
            ["versions that come back to many keys"] = n =>
            [
                .. Big(Set, n), .. Numbers(n).Select(i => (Operation[])[MetaOf(1 + (i % 7), Set, 1), (Put, Default, Subkey($"{i}", i % 7), [])]),
                .. Numbers(n).Select(i => (Operation[])[(Delete, Metadata, Key(i % 7), []), MetaOf((i + 1) % 7, Set, 1)]),
            ],
            ["fields deleted one by one"] = n =>
                [.. Big(Hash, n), .. Numbers(n).Select(i => (Operation[])[(Delete, Default, Subkey($"{i:D7}"), [])])],
            ["keys renamed"] = n => Numbers(n).Select(Renamed),
        };

    /// <summary>Writes the batches as a log into a folder.</summary>
    public static void Write(TempDatabase db, IEnumerable<Operation[]> batches)
    {
        List<byte[]> records = [];
        ulong sequence = 1;
        foreach (Operation[] operations in batches)
        {
            var batch = new BatchBuilder();
            foreach ((byte tag, uint family, byte[] key, byte[] value) in operations)
            {
                _ = tag == Delete ? batch.Counted(tag, family, key) : batch.Counted(tag, family, key, value);
            }

            records.Add(batch.Build(sequence).ToArray());
            sequence += (ulong)operations.Length;
        }

        db.WriteLog("000005.log", records);
    }

    private static IEnumerable<int> Numbers(int n) => Enumerable.Range(0, n);

    private static IEnumerable<Operation[]> Repeated(int n, params Operation[] batch) => Enumerable.Repeat(batch, n);

    private static IEnumerable<Operation[]> Flips(int n, Operation one, Operation other) =>
        Numbers(n).Select(i => (Operation[])[i % 2 == 0 ? one : other]);

    private static Operation Range(uint family, byte[] begin, byte[] end) => (DeleteRange, family, begin, end);

    private static byte[] EndOfNamespace() => [(byte)Namespace.Length, .. Encoding.ASCII.GetBytes(Namespace), byte.MaxValue];

    private static byte[] Key(int i) => MetadataKey.Compose(Encoding.ASCII.GetBytes(Namespace), Encoding.ASCII.GetBytes($"k{i:D7}"), false);

    private static byte[] Value(byte type, ulong version, int size, byte[]? body = null) =>
        [(byte)(0x80 | type), .. new byte[8], .. BigEndian(version), .. BigEndian((ulong)size), .. body ?? []];

    private static Operation Meta(byte type, int size, byte[]? body = null) => (Put, Metadata, Key(0), Value(type, Version, size, body));

    private static Operation MetaOf(int i, byte type, int size) => (Put, Metadata, Key(i), Value(type, Version, size));

    private static byte[] Subkey(string element, int key = 0, ulong version = Version) =>
        Subkey(Encoding.ASCII.GetBytes(element), key, version);

    private static byte[] Subkey(byte[] element, int key = 0, ulong version = Version) =>
        [.. SubkeyKey.ComposePrefix(Key(key), "k0000000".Length, version), .. element];

    private static Operation Element(string element, string value) => (Put, Default, Subkey(element), Encoding.ASCII.GetBytes(value));

    private static IEnumerable<Operation[]> Hashes(int n) =>
        Numbers(n).Select(i => (Operation[])[MetaOf(i, Hash, 1), (Put, Default, Subkey("f", i), [1])]);

    private static IEnumerable<Operation[]> Namespaces(int n) => Numbers(n).Select(i => (Operation[])[(
        Put,
        Metadata,
        MetadataKey.Compose(Encoding.ASCII.GetBytes($"ns{i:D5}"), "k"u8, false),
        Value(1, 0, 0)[..9])]);

    private static Operation[][] Big(byte type, int n) => [[Meta(type, n), .. Numbers(n).Select(i => Element($"{i:D7}", "v"))]];

    private static IEnumerable<Operation[]> RangesWithin(int n) =>
    [
        .. Hashes(n),
        .. Big(Hash, n),
        .. Numbers(n).Select(i => (Operation[])[Range(Default, Subkey($"{n - i:D7}"), Subkey("a", 1))]),
    ];

    private static IEnumerable<Operation[]> ListFlips(int n)
    {
        Operation Window(ulong head) => Meta(List, n, [.. BigEndian(head), .. BigEndian(head + (ulong)n)]);
        yield return [Window(Middle), .. Numbers(2 * n).Select(ListElement)];
        foreach (Operation[] flip in Flips(n, Window(Middle + (ulong)n), Window(Middle)))
        {
            yield return flip;
        }
    }

    private static IEnumerable<Operation[]> ListEdits(int n)
    {
        yield return
        [
            Meta(List, n, [.. BigEndian(Middle), .. BigEndian(Middle + (ulong)n)]), .. Numbers(n).Select(ListElement),
        ];
        foreach (int i in Numbers(n))
        {
            yield return [(Put, Default, ListSubkey(i), [7, 7, (byte)i]), (Put, Default, ListSubkey((i + 5) % n), [8, 8, (byte)i])];
        }
    }

    private static byte[] ListSubkey(int i) => Subkey(BigEndian(Middle + (ulong)i));

    private static Operation ListElement(int i) => (Put, Default, ListSubkey(i), Encoding.ASCII.GetBytes($"v{i}"));

    private static Operation[] VersionOf(int i) =>
    [
        (Put, Metadata, Key(0), Value(Hash, Version + (ulong)i, 1)), (Put, Default, Subkey("f", 0, Version + (ulong)i), [1]),
    ];

    /// <summary>A key that moves to another name and back.</summary>
    private static Operation[] Renamed(int i) =>
    [
        (Delete, Metadata, Key(1 - (i % 2)), []), MetaOf(i % 2, Hash, 1), (Put, Default, Subkey("f", i % 2), [1]),
    ];

    private static IEnumerable<Operation[]> BigStream(int n) =>
    [
        [
            Meta(StreamType, n, Counters(n, 0)),
            .. Numbers(n).Select(i => (Operation)(Put, Stream, Subkey(Entry(i)), [1, (byte)'f', 1, (byte)'v'])),
        ],
    ];

    /// <summary>A stream that is trimmed by a range with each entry: half of the entries stay.</summary>
    private static IEnumerable<Operation[]> TrimmedStream(int n)
    {
        foreach (int i in Numbers(2 * n))
        {
            int first = Math.Max(0, i - n + 1);
            byte[] counters =
            [
                .. Entry(i), .. Entry(first), .. (first == 0 ? new byte[16] : Entry(first - 1)), .. Entry(first), .. Entry(i),
                .. BigEndian((ulong)i + 1), .. BigEndian(0),
            ];
            Operation added = (Put, Stream, Subkey(Entry(i)), [1, (byte)'f', 1, (byte)'v']);
            Operation metadata = Meta(StreamType, i - first + 1, counters);
            yield return first == 0 ? [added, metadata] : [TrimmedEntry(first - 1), added, metadata];
        }
    }

    private static byte[] Entry(int i) => [.. BigEndian((ulong)i + 1), .. BigEndian(0)];

    private static Operation TrimmedEntry(int i) => Range(Stream, Subkey(Entry(i)), Subkey(Entry(i + 1)));

    /// <summary>The last generated id, the recorded first, the last deleted, first and last id, the entries added.</summary>
    private static byte[] Counters(int n, int lastDeleted) =>
    [
        .. Entry(n + 10), .. Entry(0), .. BigEndian((ulong)lastDeleted), .. BigEndian(0), .. Entry(0), .. Entry(n - 1),
        .. BigEndian((ulong)n), .. BigEndian(0),
    ];

    private static byte[] BigEndian(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
