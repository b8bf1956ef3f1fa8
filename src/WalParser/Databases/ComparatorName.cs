namespace WalParser.Databases;

/// <summary>
/// The names of RocksDB's own comparators, as the MANIFEST states them. A comparator whose keys end in a timestamp of 64 bits has the name of
/// the one without timestamps, and a suffix (<c>kUDTSuffix</c> in <c>util/udt_util.cc</c>).
/// </summary>
internal static class ComparatorName
{
    private const string TimestampSuffix = ".u64ts";

    /// <summary>Returns whether a comparator ends keys in a timestamp.</summary>
    public static bool HasTimestamp(string? name) => name?.EndsWith(TimestampSuffix, StringComparison.Ordinal) == true;

    /// <summary>
    /// Returns 1 if a comparator orders keys by their bytes and -1 if it orders them in reverse; null if it is none of RocksDB's own.
    /// </summary>
    public static int? OrderOf(string name) => (HasTimestamp(name) ? name[..^TimestampSuffix.Length] : name) switch
    {
        "leveldb.BytewiseComparator" => 1,
        "rocksdb.ReverseBytewiseComparator" => -1,
        _ => null,
    };
}
