namespace WalParser.Kvrocks.Keys;

/// <summary>Finds the end of the stored keys that begin alike.</summary>
internal static class KeyPrefix
{
    /// <summary>
    /// Returns the first key, in the order of RocksDB, after all keys that begin with a prefix; empty if there is none, because the prefix
    /// has only bytes of 255.
    /// </summary>
    public static byte[] EndOf(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept(byte.MaxValue);
        if (last < 0)
        {
            return [];
        }

        byte[] end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }
}
