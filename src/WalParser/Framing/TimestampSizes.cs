using System.Collections.Immutable;

namespace WalParser.Framing;

/// <summary>
/// The sizes of the timestamps at the end of the keys, by column family, as the log has declared them so far. Immutable: a later
/// declaration creates a new instance. A column family that is not listed has no timestamps.
/// </summary>
public sealed class TimestampSizes
{
    /// <summary>No column family has timestamps.</summary>
    public static readonly TimestampSizes None = new(ImmutableSortedDictionary<uint, int>.Empty, []);

    private readonly ImmutableSortedDictionary<uint, int> _sizes;
    private readonly ImmutableList<KeyValuePair<uint, int>> _inOrder;

    private TimestampSizes(ImmutableSortedDictionary<uint, int> sizes, ImmutableList<KeyValuePair<uint, int>> inOrder)
    {
        _sizes = sizes;
        _inOrder = inOrder;
    }

    /// <summary>The declared sizes in bytes, by column family id.</summary>
    public IReadOnlyDictionary<uint, int> ByColumnFamily => _sizes;

    /// <summary>
    /// The same pairs in the order in which the log declares them. RocksDB writes them in the order of a hash table, which is needed to
    /// write the same bytes again.
    /// </summary>
    public IReadOnlyList<KeyValuePair<uint, int>> InDeclaredOrder => _inOrder;

    /// <summary>Gets the size of the timestamps in a column family, in bytes; 0 if it has none.</summary>
    /// <param name="columnFamily">The id of the column family.</param>
    public int this[uint columnFamily] => _sizes.GetValueOrDefault(columnFamily);

    internal bool IsEmpty => _sizes.IsEmpty;

    internal ImmutableSortedDictionary<uint, int>.Builder ToBuilder() => _sizes.ToBuilder();

    internal static TimestampSizes Of(ImmutableSortedDictionary<uint, int>.Builder sizes) => new(sizes.ToImmutable(), [.. sizes]);

    /// <summary>
    /// Returns these sizes and, for column families without one, assumed sizes. <see cref="InDeclaredOrder"/> stays that of the log.
    /// </summary>
    internal TimestampSizes Assuming(IEnumerable<KeyValuePair<uint, int>> assumed)
    {
        ImmutableSortedDictionary<uint, int>.Builder sizes = _sizes.ToBuilder();
        foreach ((uint columnFamily, int size) in assumed)
        {
            sizes.TryAdd(columnFamily, size);
        }

        return new TimestampSizes(sizes.ToImmutable(), _inOrder);
    }

    /// <summary>Returns these sizes and added ones.</summary>
    /// <param name="sizes">All sizes.</param>
    /// <param name="added">The added sizes, in declared order.</param>
    internal TimestampSizes With(ImmutableSortedDictionary<uint, int>.Builder sizes, IEnumerable<KeyValuePair<uint, int>> added) =>
        new(sizes.ToImmutable(), _inOrder.AddRange(added));
}
