using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Comparison;

/// <summary>The types that keys have on a server, as TYPE reports them, when <c>replay</c> has created them there.</summary>
internal static class ServerTypes
{
    /// <summary>The reply of TYPE for a key that is not there.</summary>
    public const string None = "none";

    /// <summary>Returns the type that a key of the logs has on the server.</summary>
    public static string Of(KvrocksType type, CommandTarget target) => target == CommandTarget.Kvrocks
        ? type.Name
        : type switch
        {
            KvrocksType.Bitmap or KvrocksType.HyperLogLog => KvrocksType.String.Name,
            KvrocksType.SortedInt => KvrocksType.ZSet.Name,
            KvrocksType.TimeSeries => "TSDB-TYPE",
            KvrocksType.CuckooFilter => "MBbloomCF",
            _ => type.Name,
        };

    /// <summary>Returns whether every server of the kind has the type.</summary>
    public static bool IsKnown(KvrocksType type, CommandTarget target) => target == CommandTarget.Kvrocks || type is
        KvrocksType.String or KvrocksType.Hash or KvrocksType.List or KvrocksType.Set or KvrocksType.ZSet or KvrocksType.Bitmap
        or KvrocksType.SortedInt or KvrocksType.Stream or KvrocksType.HyperLogLog;
}
