using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// A key of the model: its value in plain collections, and the form in which Kvrocks stores it. Text represents its Latin-1 bytes.
/// </summary>
internal sealed class ModelKey
{
    public const ulong FirstIndex = (1UL << 63) - 1;

    public required KvrocksType Type { get; init; }

    public ulong Version { get; set; }

    public ulong Expiry { get; set; }

    /// <summary>The value of a string or JSON document.</summary>
    public string Text { get; set; } = "";

    /// <summary>The fields of a hash or members of a set.</summary>
    public SortedDictionary<string, string> Fields { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The expiry times of fields; null if the form of the hash does not store them.</summary>
    public Dictionary<string, ulong>? FieldExpiries { get; set; }

    public SortedDictionary<string, double> Scores { get; init; } = new(StringComparer.Ordinal);

    public SortedSet<ulong> Numbers { get; init; } = [];

    public List<string> List { get; set; } = [];

    public ulong Head { get; set; } = FirstIndex;

    /// <summary>A bitmap in Redis's order of bits.</summary>
    public byte[] Bits { get; set; } = [];

    public byte[] Registers { get; set; } = new byte[HyperLogLog.Size];

    public ModelStream Stream { get; init; } = new();

    public int Size => Type switch
    {
        KvrocksType.Hash or KvrocksType.Set => Fields.Count,
        KvrocksType.ZSet => Scores.Count,
        KvrocksType.SortedInt => Numbers.Count,
        KvrocksType.List => List.Count,
        KvrocksType.Bitmap => Bits.Length,
        KvrocksType.Stream => Stream.Entries.Count,
        _ => 0,
    };

    /// <summary>
    /// The difference between the elements that the metadata counts and those that there are: the server does not count elements that lay
    /// under a version before RENAME or COPY brought it back.
    /// </summary>
    public long Miscount { get; set; }

    public ulong Counted => unchecked((ulong)(Size + Miscount));

    public bool IsEmpty => Counted == 0 && !Type.MayBeEmpty;

    /// <summary>The entries of a sorted set in <c>zset_score</c>, in order: the stored score, and the member.</summary>
    public SortedSet<string> Index { get; init; } = new(StringComparer.Ordinal);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static byte[] BigEndian(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    public byte[] Metadata()
    {
        List<byte> bytes = [(byte)(0x80 | (byte)Type), .. BigEndian(Expiry)];
        switch (Type)
        {
            case KvrocksType.String:
                bytes.AddRange(Bytes(Text));
                return [.. bytes];
            case KvrocksType.Json:
                bytes.AddRange([0, .. Bytes(Text)]);
                return [.. bytes];
        }

        bytes.AddRange([.. BigEndian(Version), .. BigEndian(Counted)]);
        bytes.AddRange(Type switch
        {
            KvrocksType.Hash when FieldExpiries is not null =>
                [1, .. BigEndian((ulong)(Fields.Count - FieldExpiries.Count)), .. BigEndian(0), .. BigEndian(ulong.MaxValue)],
            KvrocksType.List => [.. BigEndian(Head), .. BigEndian(Head + (ulong)List.Count)],
            KvrocksType.Stream => Stream.Body(),
            KvrocksType.HyperLogLog => [0],
            KvrocksType.BloomFilter => new byte[20],
            _ => (byte[])[],
        });
        return [.. bytes];
    }

    /// <summary>
    /// Returns what RENAME and COPY make of this key: a copy, with the elements that lay there under the version as well, unless this key
    /// has them.
    /// </summary>
    public ModelKey Over(ModelKey lying)
    {
        ModelKey key = Clone();
        if (Type is KvrocksType.Bitmap or KvrocksType.HyperLogLog or KvrocksType.List)
        {
            // HyperLogLogs, and bitmaps of the model, are written whole; head and tail choose the elements of a list.
            return key;
        }

        foreach ((string field, byte[] stored) in lying.FieldValues().Where(field => !key.Fields.ContainsKey(field.Key)))
        {
            // The metadata of the source says how the stored values are read. One without expiry is too short for the form that has it.
            int start = key.FieldExpiries is null ? 0 : sizeof(ulong);
            if (stored.Length >= start)
            {
                key.Fields.Add(field, Latin(stored[start..]));
                if (start > 0 && BinaryPrimitives.ReadUInt64BigEndian(stored) is > 0 and var expiry)
                {
                    key.FieldExpiries!.Add(field, expiry);
                }
            }
        }

        foreach ((string member, double score) in lying.Scores)
        {
            key.Scores.TryAdd(member, score);
        }

        // The entries of the source are those of its members, also if the source itself has others.
        key.Index.Clear();
        key.Index.UnionWith(Scores.Select(member => EntryOf(member.Key, member.Value)));
        key.Index.UnionWith(lying.Index);
        key.Numbers.UnionWith(lying.Numbers);
        key.Stream.AddAll(lying.Stream);
        key.Miscount = unchecked((long)Counted) - key.Size;
        return key;
    }

    /// <summary>Changes the entries in <c>zset_score</c> as a server does that changes the members.</summary>
    public void UpdateIndex(ModelKey? before)
    {
        foreach ((string member, double score) in before?.Scores ?? [])
        {
            if (!Scores.TryGetValue(member, out double now) || !ScoreBytes(now).AsSpan().SequenceEqual(ScoreBytes(score)))
            {
                Index.Remove(EntryOf(member, score));
            }
        }

        foreach ((string member, double score) in Scores)
        {
            bool isNew = before?.Scores.TryGetValue(member, out double old) != true
                || !ScoreBytes(old).AsSpan().SequenceEqual(ScoreBytes(score));
            if (isNew)
            {
                Index.Add(EntryOf(member, score));
            }
        }
    }

    /// <summary>Returns the members that ZRANGE returns, each once.</summary>
    public IEnumerable<KeyValuePair<string, double>> VisibleScores() => Index
        .Take((int)Math.Min(Counted, int.MaxValue))
        .GroupBy(entry => entry[sizeof(ulong)..], StringComparer.Ordinal)
        .Select(entries => KeyValuePair.Create(
            entries.Key,
            entries.Count() > 1 && Scores.TryGetValue(entries.Key, out double score)
                ? score
                : ScoreOf(Encoding.Latin1.GetBytes(entries.First()[..sizeof(ulong)]))));

    public ModelKey Clone() => new()
    {
        Type = Type,
        Version = Version,
        Expiry = Expiry,
        Text = Text,
        Miscount = Miscount,
        Fields = new SortedDictionary<string, string>(Fields, StringComparer.Ordinal),
        FieldExpiries = FieldExpiries is null ? null : new Dictionary<string, ulong>(FieldExpiries),
        Scores = new SortedDictionary<string, double>(Scores, StringComparer.Ordinal),
        Index = new SortedSet<string>(Index, StringComparer.Ordinal),
        Numbers = new SortedSet<ulong>(Numbers),
        List = [.. List],
        Head = Head,
        Bits = [.. Bits],
        Registers = [.. Registers],
        Stream = Stream.Copy(),
    };

    /// <summary>Returns the records of all elements, by column family and subkey.</summary>
    public Dictionary<(uint Family, string Subkey), byte[]> RecordsByName()
    {
        uint family = Type == KvrocksType.Stream ? 5u : 0;
        Dictionary<(uint, string), byte[]> records = Elements().ToDictionary(element => (family, element.Key), element => element.Value);
        foreach (string entry in Index)
        {
            records.Add((2, entry), []);
        }

        return records;
    }

    /// <summary>Returns the records that RENAME and COPY write: those of the elements, and the entries of the scores of members.</summary>
    public IEnumerable<(uint Family, string Subkey, byte[] Value)> Records()
    {
        foreach (((uint family, string subkey), byte[] value) in RecordsByName().Where(record => record.Key.Family != 2))
        {
            yield return (family, subkey, value);
        }

        foreach ((string member, double score) in Scores)
        {
            yield return (2, EntryOf(member, score), []);
        }
    }

    /// <summary>Returns the stored elements by subkey.</summary>
    public Dictionary<string, byte[]> Elements()
    {
        switch (Type)
        {
            case KvrocksType.Hash or KvrocksType.Set:
                return FieldValues();
            case KvrocksType.ZSet:
                return Scores.ToDictionary(member => member.Key, member => ScoreBytes(member.Value));
            case KvrocksType.SortedInt:
                return Numbers.ToDictionary(number => Latin(BigEndian(number)), _ => Array.Empty<byte>());
            case KvrocksType.List:
                return Enumerable.Range(0, List.Count).ToDictionary(i => Latin(BigEndian(Head + (ulong)i)), i => Bytes(List[i]));
            case KvrocksType.Bitmap:
                return Bits.Chunk(1024)
                    .Select((part, i) => (Index: i, Part: part))
                    .Where(fragment => fragment.Part.Any(value => value != 0))
                    .ToDictionary(
                        fragment => (fragment.Index * 1024).ToString(CultureInfo.InvariantCulture),
                        fragment => (byte[])[.. fragment.Part.Select(Reversed)]);
            case KvrocksType.HyperLogLog:
                return Registers.Chunk(768).Select((part, i) => (Index: i, Part: part)).ToDictionary(
                    segment => segment.Index.ToString(CultureInfo.InvariantCulture), segment => segment.Part);
            case KvrocksType.Stream:
                return Stream.Elements();
            default:
                return [];
        }
    }

    private Dictionary<string, byte[]> FieldValues() => Fields.ToDictionary(
        field => field.Key,
        field => FieldExpiries is null
            ? Bytes(field.Value)
            : (byte[])[.. BigEndian(FieldExpiries.GetValueOrDefault(field.Key)), .. Bytes(field.Value)]);

    public static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string EntryOf(string member, double score) => Latin(ScoreBytes(score)) + member;

    private static double ScoreOf(byte[] bytes)
    {
        ulong stored = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return BitConverter.UInt64BitsToDouble((stored >> 63) == 1 ? stored & ~(1UL << 63) : ~stored);
    }

    private static byte Reversed(byte value) => (byte)Enumerable.Range(0, 8).Sum(bit => ((value >> bit) & 1) << (7 - bit));

    private static byte[] ScoreBytes(double score)
    {
        long bits = BitConverter.DoubleToInt64Bits(score);
        return BigEndian(bits >= 0 ? (ulong)bits | (1UL << 63) : ~(ulong)bits);
    }
}
