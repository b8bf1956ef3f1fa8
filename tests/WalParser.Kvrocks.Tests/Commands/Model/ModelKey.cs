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

    public bool IsEmpty => Size == 0 && !Type.MayBeEmpty;

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

        bytes.AddRange([.. BigEndian(Version), .. BigEndian((ulong)Size)]);
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

    /// <summary>Returns the stored elements by subkey.</summary>
    public Dictionary<string, byte[]> Elements()
    {
        switch (Type)
        {
            case KvrocksType.Hash or KvrocksType.Set:
                return Fields.ToDictionary(
                    field => field.Key,
                    field => FieldExpiries is null
                        ? Bytes(field.Value)
                        : [.. BigEndian(FieldExpiries.GetValueOrDefault(field.Key)), .. Bytes(field.Value)]);
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

    public static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static byte Reversed(byte value) => (byte)Enumerable.Range(0, 8).Sum(bit => ((value >> bit) & 1) << (7 - bit));

    private static byte[] ScoreBytes(double score)
    {
        long bits = BitConverter.DoubleToInt64Bits(score);
        return BigEndian(bits >= 0 ? (ulong)bits | (1UL << 63) : ~(ulong)bits);
    }
}
