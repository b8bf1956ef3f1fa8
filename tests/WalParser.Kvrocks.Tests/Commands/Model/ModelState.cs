using System.Globalization;
using System.Numerics;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>The dataset of the model in the form of a state. Expired keys are left out.</summary>
internal static class ModelState
{
    public static IReadOnlyList<KeyState> Of(ModelServer server, ulong now) =>
        [
            .. server.Keys.Where(key => key.Value.Expiry == 0 || key.Value.Expiry > now)
                .Select(key => StateOf(key.Key, key.Value))
                .Where(HasElements),
        ];

    /// <summary>Returns whether a key has elements, without which Redis has no key; a server that has miscounted may have one.</summary>
    private static bool HasElements(KeyState state) => state is not ({ Elements.Count: 0 } or { Pairs.Count: 0 });

    private static KeyState StateOf(string name, ModelKey key)
    {
        var state = new KeyState(Bytes(name), key.Type.Name) { ExpireAtMs = key.Expiry == 0 ? null : (long)key.Expiry };
        return key.Type switch
        {
            KvrocksType.String => state with { Text = Bytes(key.Text) },
            KvrocksType.Bitmap =>
                state with { Text = StateBytes.Of(key.Bits), BitsSet = key.Bits.Sum(value => BitOperations.PopCount(value)) },
            KvrocksType.HyperLogLog => state with { Count = (long)HyperLogLog.Count(key.Registers) },
            KvrocksType.List => state with { Elements = [.. key.List.Select(Bytes)] },
            KvrocksType.Set => state with { Elements = [.. key.Fields.Keys.Select(Bytes)] },
            KvrocksType.SortedInt =>
                state with { Elements = [.. key.Numbers.Select(number => Bytes(number.ToString(CultureInfo.InvariantCulture)))] },
            KvrocksType.Hash => state with { Pairs = [.. key.Fields.Select(field => (Bytes(field.Key), Bytes(field.Value)))] },
            KvrocksType.ZSet =>
                state with { Pairs = [.. key.VisibleScores().Select(member => (Bytes(member.Key), Bytes(ScoreText(member.Value))))] },
            _ => state with
            {
                Entries =
                [
                    .. key.Stream.Entries.Select(
                        entry => (entry.Key.ToString(), (IReadOnlyList<StateBytes>)[.. entry.Value.Select(Bytes)])),
                ],
                Groups = [.. key.Stream.Groups.Select(group => GroupOf(group.Key, group.Value))],
            },
        };
    }

    /// <summary>Returns a score in the notation of Redis 7.0.</summary>
    private static string ScoreText(double score) =>
        double.IsPositiveInfinity(score) ? "inf"
        : double.IsNegativeInfinity(score) ? "-inf"
        : score.ToString("R", CultureInfo.InvariantCulture);

    private static StateBytes Bytes(string text) => StateBytes.Of(ModelKey.Bytes(text));

    private static Dictionary<string, string?> GroupOf(string name, ModelGroup group) => new()
    {
        ["name"] = name,
        ["consumers"] = group.Consumers.Count.ToString(CultureInfo.InvariantCulture),
        ["pending"] = group.Pending.Count.ToString(CultureInfo.InvariantCulture),
        ["last-delivered-id"] = group.LastId.ToString(),
        ["entries-read"] = group.EntriesRead < 0 ? null : group.EntriesRead.ToString(CultureInfo.InvariantCulture),
    };
}
