namespace WalParser.Kvrocks.Metadata;

/// <summary>
/// What follows from a key's type. A new type is a member of <see cref="KvrocksType"/> and a row here; a type with elements also has a case
/// in <c>ElementDecoder</c>, and one with commands a row in <c>TypeCommands</c>.
/// </summary>
/// <param name="Name">The name that Kvrocks's TYPE command has for the type.</param>
internal sealed record KvrocksTypeTraits(string Name)
{
    private static readonly KvrocksTypeTraits?[] Table = MakeTable();

    /// <summary>Returns whether the metadata after its common part has all that the type has there.</summary>
    internal delegate bool BodyCheck(ReadOnlySpan<byte> body);

    /// <summary>Whether the value is part of the metadata, so that there are no version, no size and no elements.</summary>
    public bool IsSingleValue { get; init; }

    /// <summary>Whether a key may have size 0 (Kvrocks, <c>Metadata::IsEmptyableType</c>).</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether the size in the metadata is the number of elements.</summary>
    public bool CountsElements { get; init; }

    /// <inheritdoc cref="BodyCheck"/>
    public BodyCheck IsWholeBody { get; init; } = static _ => true;

    /// <summary>Returns the traits of a type; null for a type that is newer than this library.</summary>
    public static KvrocksTypeTraits? Find(KvrocksType type) => (int)type < Table.Length ? Table[(int)type] : null;

    private static KvrocksTypeTraits?[] MakeTable()
    {
        Dictionary<KvrocksType, KvrocksTypeTraits> rows = new()
        {
            [KvrocksType.None] = new("none"),
            [KvrocksType.String] = new("string") { IsSingleValue = true, MayBeEmpty = true },
            [KvrocksType.Hash] = new("hash") { CountsElements = true, IsWholeBody = static body => HashMetadata.TryRead(body, out _) },
            [KvrocksType.List] = new("list") { CountsElements = true, IsWholeBody = static body => ListMetadata.TryRead(body, out _) },
            [KvrocksType.Set] = new("set") { CountsElements = true },
            [KvrocksType.ZSet] = new("zset") { CountsElements = true },
            [KvrocksType.Bitmap] = new("bitmap"),
            [KvrocksType.SortedInt] = new("sortedint") { CountsElements = true },
            [KvrocksType.Stream] = new("stream")
            {
                MayBeEmpty = true,
                CountsElements = true,
                IsWholeBody = static body => StreamMetadata.TryRead(body, out _),
            },
            [KvrocksType.BloomFilter] = new("MBbloom--")
            {
                MayBeEmpty = true,
                IsWholeBody = static body => BloomFilterMetadata.TryRead(body, out _),
            },
            [KvrocksType.Json] = new("ReJSON-RL") { IsSingleValue = true, MayBeEmpty = true, IsWholeBody = static body => !body.IsEmpty },
            [KvrocksType.HyperLogLog] = new("hyperloglog") { MayBeEmpty = true, IsWholeBody = static body => !body.IsEmpty },
            [KvrocksType.TDigest] = new("TDIS-TYPE")
            {
                MayBeEmpty = true,
                IsWholeBody = static body => TDigestMetadata.TryRead(body, out _),
            },
            [KvrocksType.TimeSeries] = new("timeseries")
            {
                MayBeEmpty = true,
                IsWholeBody = static body => TimeSeriesMetadata.TryRead(body, out _),
            },
            [KvrocksType.CuckooFilter] = new("MBbloomCF") { MayBeEmpty = true },
        };
        var table = new KvrocksTypeTraits?[(int)rows.Keys.Max() + 1];
        foreach ((KvrocksType type, KvrocksTypeTraits traits) in rows)
        {
            table[(int)type] = traits;
        }

        return table;
    }
}
