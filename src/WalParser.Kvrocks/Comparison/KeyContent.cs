using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Comparison;

/// <summary>Compares the content of a key that has the right type on the server.</summary>
internal static class KeyContent
{
    public static Task CompareAsync(ComparedKey key)
    {
        switch (key.Key.Type)
        {
            case KvrocksType.String:
                return StringKeyComparison.CompareAsync(key);
            case KvrocksType.Bitmap:
                return BitmapComparison.CompareAsync(key);
            case KvrocksType.HyperLogLog when key.Target == CommandTarget.Redis:
                return HyperLogLogComparison.CompareAsync(key);
            case KvrocksType.Hash or KvrocksType.Set or KvrocksType.ZSet:
            case KvrocksType.SortedInt when key.Target == CommandTarget.Redis:
                return MemberComparison.CompareAsync(key);
            case KvrocksType.SortedInt:
                return SortedIntComparison.CompareAsync(key);
            case KvrocksType.List:
                return ListComparison.CompareAsync(key);
            case KvrocksType.Stream:
                return StreamComparison.CompareAsync(key);
            case KvrocksType.Json:
                return JsonComparison.CompareAsync(key);
            default:
                key.Differences.Uncompared = UncomparedReason.NotReadable;
                return Task.CompletedTask;
        }
    }
}
