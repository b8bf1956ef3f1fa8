using System.Globalization;
using System.Numerics;
using System.Text;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// The dataset of a namespace as a keyspace knows it, in the form of a state. Keys without a known element are left out, as are bitmaps
/// that are larger than servers allow.
/// </summary>
internal static class KnownState
{
    public static IReadOnlyList<KeyState> Of(Keyspace keyspace, string ns)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return
        [
            .. keyspace.Keys
                .Where(key => !(key.Type == KvrocksType.Bitmap && key.Metadata.Size > KeyspaceKey.MaxBitmapSize))
                .Where(key => key.ExistsAt(now) && Encoding.UTF8.GetString(key.Namespace.Span) == ns)
                .Select(StateOf)
                .Where(state => state is not ({ Elements.Count: 0 } or { Pairs.Count: 0 })),
        ];
    }

    private static KeyState StateOf(KeyspaceKey key)
    {
        var state = new KeyState(StateBytes.Of(key.UserKey), key.Type.Name)
        {
            ExpireAtMs = key.ExpiryMilliseconds == 0 ? null : (long)Math.Min(key.ExpiryMilliseconds, long.MaxValue),
        };
        switch (key.Type)
        {
            case KvrocksType.String:
                return state with { Text = StateBytes.Of(key.StringValue) };
            case KvrocksType.Bitmap:
                byte[] bitmap = key.ToBitmap()!;
                return state with { Text = StateBytes.Of(bitmap), BitsSet = bitmap.Sum(value => BitOperations.PopCount(value)) };
            case KvrocksType.HyperLogLog:
                return state with { Count = (long)HyperLogLog.Count(key.ToHyperLogLogRegisters()) };
            case KvrocksType.List:
                return state with { Elements = [.. key.ListElements().Select(StateBytes.Of)] };
            case KvrocksType.Set:
                return state with { Elements = [.. key.SetMembers().Select(StateBytes.Of)] };
            case KvrocksType.SortedInt:
                return state with
                {
                    Elements = [.. key.SortedInts().Select(id => StateBytes.Of(id.ToString(CultureInfo.InvariantCulture)))],
                };
            case KvrocksType.Hash:
                return state with
                {
                    Pairs = [.. key.HashFields().Select(field => (StateBytes.Of(field.Field), StateBytes.Of(field.Value)))],
                };
            case KvrocksType.ZSet:
                return state with
                {
                    Pairs = [.. key.DistinctZSetMembers().Select(member => (StateBytes.Of(member.Member), StateBytes.Of(TextOf(member.Score))))],
                };
            case KvrocksType.Stream:
                return state with
                {
                    Entries =
                    [
                        .. key.StreamEntries().Select(
                            entry => (entry.Id.ToString(), (IReadOnlyList<StateBytes>)[.. entry.Fields.Select(StateBytes.Of)])),
                    ],
                    Groups = [.. key.StreamGroups().Select(GroupOf)],
                };
            default:
                return state;
        }
    }

    private static string TextOf(double score) =>
        score.ToString("R", CultureInfo.InvariantCulture).Replace("Infinity", "inf", StringComparison.Ordinal);

    private static Dictionary<string, string?> GroupOf(StreamGroupState group) => new()
    {
        ["name"] = Encoding.UTF8.GetString(group.Name.Span),
        ["consumers"] = group.Consumers.Count.ToString(CultureInfo.InvariantCulture),
        ["pending"] = group.Pending.Count.ToString(CultureInfo.InvariantCulture),
        ["last-delivered-id"] = group.Group.LastDeliveredId.ToString(),
        ["entries-read"] = group.Group.EntriesRead < 0 ? null : group.Group.EntriesRead.ToString(CultureInfo.InvariantCulture),
    };
}
