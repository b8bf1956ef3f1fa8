using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.ServerRecords;

/// <summary>
/// A field of the schema of a search index (Kvrocks, <c>src/search/search_encoding.h</c>). The properties of other types are 0.
/// </summary>
/// <param name="Type">The type.</param>
/// <param name="IsIndexed">Whether the field is indexed, that is, the schema does not say NOINDEX.</param>
/// <param name="Separator">The character that separates tags.</param>
/// <param name="IsCaseSensitive">Whether tags that differ only in case are different.</param>
/// <param name="Dimensions">The number of dimensions of a vector.</param>
/// <param name="DistanceMetric">The number of the metric of a vector field; see <see cref="DistanceMetricName"/>.</param>
/// <param name="InitialCapacity">The number of vectors that the graph is designed for.</param>
/// <param name="MaxEdges">The largest number of edges of a node.</param>
/// <param name="EfConstruction">The number of candidates when a vector is added.</param>
/// <param name="EfRuntime">The number of candidates of a query.</param>
/// <param name="Epsilon">The relative factor of the bounds of a range query.</param>
/// <param name="Levels">The number of levels of the graph.</param>
public readonly record struct SearchField(
    SearchFieldType Type,
    bool IsIndexed,
    byte Separator,
    bool IsCaseSensitive,
    ushort Dimensions,
    byte DistanceMetric,
    uint InitialCapacity,
    ushort MaxEdges,
    uint EfConstruction,
    uint EfRuntime,
    double Epsilon,
    ushort Levels)
{
    /// <summary>The name of the type, as in FT.CREATE; the number if it has no name.</summary>
    public string TypeName => StoredName.Of((byte)Type, ["0", "tag", "numeric", "vector"]);

    /// <summary>The name of the metric, as in FT.CREATE; the number if it has no name.</summary>
    public string DistanceMetricName => StoredName.Of(DistanceMetric, ["l2", "ip", "cosine"]);

    /// <summary>
    /// Reads the value of a <see cref="SearchRecordKind.Field"/>. Returns false if the bytes are too short. Of a type without a name, only
    /// the common part is read.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out SearchField field)
    {
        field = default;
        var reader = new BigEndianReader(value);
        if (!reader.TryRead8(out byte flag))
        {
            return false;
        }

        field = new SearchField { Type = (SearchFieldType)(flag >> 1), IsIndexed = (flag & 1) == 0 };
        return field.Type switch
        {
            SearchFieldType.Tag => TryReadTag(reader, ref field),
            SearchFieldType.Vector => TryReadVector(reader, ref field),
            _ => true,
        };
    }

    private static bool TryReadTag(BigEndianReader reader, ref SearchField field)
    {
        bool isWhole = reader.TryRead8(out byte separator) & reader.TryRead8(out byte isCaseSensitive);
        field = field with { Separator = separator, IsCaseSensitive = isCaseSensitive != 0 };
        return isWhole;
    }

    private static bool TryReadVector(BigEndianReader reader, ref SearchField field)
    {
        // The type of the numbers comes first; there is only one, 64-bit floating point.
        bool isWhole = reader.TryRead8(out _)
            & reader.TryRead16(out ushort dimensions)
            & reader.TryRead8(out byte metric)
            & reader.TryRead32(out uint capacity)
            & reader.TryRead16(out ushort maxEdges)
            & reader.TryRead32(out uint efConstruction)
            & reader.TryRead32(out uint efRuntime)
            & reader.TryReadDouble(out double epsilon)
            & reader.TryRead16(out ushort levels);
        field = field with
        {
            Dimensions = dimensions,
            DistanceMetric = metric,
            InitialCapacity = capacity,
            MaxEdges = maxEdges,
            EfConstruction = efConstruction,
            EfRuntime = efRuntime,
            Epsilon = epsilon,
            Levels = levels,
        };
        return isWhole;
    }
}
