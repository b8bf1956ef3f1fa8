using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Comparison;

/// <summary>A key of the logs that is compared, with all that the comparison of its content needs.</summary>
/// <param name="Key">The key.</param>
/// <param name="Server">The server.</param>
/// <param name="Differences">Receives the differences.</param>
/// <param name="Target">The kind of server.</param>
/// <param name="IsWhole">Whether the logs show the database from its beginning.</param>
/// <param name="Now">Returns the time with which expiries are compared.</param>
internal sealed record ComparedKey(
    KeyspaceKey Key, ReadServer Server, DifferenceList Differences, CommandTarget Target, bool IsWhole, Func<DateTimeOffset> Now)
{
    /// <summary>The name of the key.</summary>
    public ReadOnlyMemory<byte> Name => Key.UserKey;

    /// <summary>
    /// Whether all of the content is known. The metadata of a bitmap or HyperLogLog does not show whether parts are missing.
    /// </summary>
    public bool IsComplete => Key.Type is KvrocksType.Bitmap or KvrocksType.HyperLogLog ? IsWhole : IsWhole || Key.IsComplete;
}
