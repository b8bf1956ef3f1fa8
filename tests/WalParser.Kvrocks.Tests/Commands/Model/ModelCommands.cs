using System.Globalization;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// The commands that lead a server from one state of a key to another. HyperLogLogs have none: the model sets their registers, which no
/// command does.
/// </summary>
internal static class ModelCommands
{
    /// <summary>
    /// The time before which an expiry has passed, in milliseconds since 1970; those of the model are long past or far away.
    /// </summary>
    private const ulong Now = 1_000_000;

    /// <summary>Returns the commands; null stands for a key that does not exist.</summary>
    public static IEnumerable<string[]> Between(string name, ModelKey? before, ModelKey? after)
    {
        ModelKey? old = IsThere(before) ? before : null;
        if (!IsThere(after))
        {
            return [["DEL", name]];
        }

        bool isSame = old is not null && old.Version == after!.Version;
        IEnumerable<string[]> changes = ChangesOf(name, isSame ? old! : new ModelKey { Type = after!.Type }, after!);
        IEnumerable<string[]> expiry = (isSame ? old!.Expiry : 0) == after!.Expiry
            ? []
            : [after.Expiry == 0 ? ["PERSIST", name] : ["PEXPIREAT", name, Text(after.Expiry)]];
        return [.. isSame ? Array.Empty<string[]>() : [["DEL", name]], .. changes, .. expiry];
    }

    /// <summary>Returns whether a server has the key after the commands.</summary>
    public static bool IsThere(ModelKey? key) =>
        key is not null && key.Type != KvrocksType.HyperLogLog && (key.Expiry == 0 || key.Expiry > Now);

    /// <summary>Elements are added before others are removed: an empty key would not exist any more, and would lose its expiry.</summary>
    private static IEnumerable<string[]> ChangesOf(string name, ModelKey before, ModelKey after) => after.Type switch
    {
        KvrocksType.String => [["SET", name, after.Text, "KEEPTTL"]],
        KvrocksType.Hash =>
        [
            .. after.Fields.Except(before.Fields).Select(field => (string[])["HSET", name, field.Key, field.Value]),
            .. Less(before.Fields.Keys, after.Fields.Keys).Select(field => (string[])["HDEL", name, field]),
        ],
        KvrocksType.Set =>
        [
            .. Less(after.Fields.Keys, before.Fields.Keys).Select(member => (string[])["SADD", name, member]),
            .. Less(before.Fields.Keys, after.Fields.Keys).Select(member => (string[])["SREM", name, member]),
        ],
        KvrocksType.ZSet =>
        [
            .. after.Scores.Select(member => (string[])["ZADD", name, Text(member.Value), member.Key]),
            .. Less(before.Scores.Keys, after.Scores.Keys).Select(member => (string[])["ZREM", name, member]),
        ],
        KvrocksType.SortedInt =>
        [
            .. after.Numbers.Except(before.Numbers).Select(number => (string[])["SIADD", name, Text(number)]),
            .. before.Numbers.Except(after.Numbers).Select(number => (string[])["SIREM", name, Text(number)]),
        ],
        KvrocksType.List => ListChanges(name, before.List, after.List),
        KvrocksType.Bitmap => Enumerable.Range(0, after.Bits.Length * 8)
            .Where(bit => BitOf(before.Bits, bit) != BitOf(after.Bits, bit) || (bit == (after.Bits.Length * 8) - 1))
            .Select(bit => (string[])["SETBIT", name, Text((ulong)bit), BitOf(after.Bits, bit) ? "1" : "0"]),
        KvrocksType.Stream => StreamChanges(name, before.Stream, after.Stream),
        _ => [],
    };

    private static IEnumerable<string> Less(IEnumerable<string> names, IEnumerable<string> others) => names.Except(others);

    private static bool BitOf(byte[] bits, int bit) => bit / 8 < bits.Length && (bits[bit / 8] & (0x80 >> (bit % 8))) != 0;

    /// <summary>
    /// Removes the elements after the common beginning and adds the others. If there is no common beginning, the others are added first: a
    /// list that has become empty does not exist any more, and its expiry would be lost.
    /// </summary>
    private static List<string[]> ListChanges(string name, List<string> before, List<string> after)
    {
        int start = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        if (start == 0 && before.Count > 0 && after.Count > 0)
        {
            return [["RPUSH", name, .. after], .. before.Select(_ => (string[])["LPOP", name])];
        }

        List<string[]> commands = [];
        for (int i = start; i < before.Count; i++)
        {
            commands.Add(["RPOP", name]);
        }

        return after.Count == start ? commands : [.. commands, ["RPUSH", name, .. after[start..]]];
    }

    private static List<string[]> StreamChanges(string name, ModelStream before, ModelStream after)
    {
        // An entry that is pending and no longer there is added, claimed and deleted.
        SortedDictionary<StreamEntryId, string[]> added = new(after.Entries);
        foreach (StreamEntryId id in after.Groups.Values.SelectMany(group => group.Pending.Keys).Where(id => id > before.LastId))
        {
            added.TryAdd(id, ["", ""]);
        }

        List<string[]> commands = [];
        if (before.LastId == default && before.Groups.Count == 0 && added.Count == 0)
        {
            commands.AddRange([["XGROUP", "CREATE", name, "first", "$", "MKSTREAM"], ["XGROUP", "DESTROY", name, "first"]]);
        }

        commands.AddRange(added.Where(entry => !before.Entries.ContainsKey(entry.Key))
            .Select(entry => (string[])["XADD", name, $"{entry.Key}", .. entry.Value]));
        commands.AddRange(before.Groups.Keys.Except(after.Groups.Keys).Select(group => (string[])["XGROUP", "DESTROY", name, group]));
        HashSet<StreamEntryId> there = [.. before.Entries.Keys, .. added.Keys];
        foreach ((string group, ModelGroup state) in after.Groups)
        {
            commands.AddRange(GroupChanges(name, group, before.Groups.GetValueOrDefault(group), state, there));
        }

        commands.AddRange(there.Except(after.Entries.Keys).Select(id => (string[])["XDEL", name, $"{id}"]));
        if (after.LastId != default)
        {
            // A greatest deleted id above the last id is a fault of a server, which no command makes.
            StreamEntryId deleted = after.MaxDeletedId <= after.LastId ? after.MaxDeletedId : default;
            commands.Add(["XSETID", name, $"{after.LastId}", "ENTRIESADDED", Text(after.EntriesAdded), "MAXDELETEDID", $"{deleted}"]);
        }

        return commands;
    }

    private static IEnumerable<string[]> GroupChanges(
        string name, string group, ModelGroup? before, ModelGroup after, HashSet<StreamEntryId> there)
    {
        string read = after.EntriesRead.ToString(CultureInfo.InvariantCulture);
        if (before is null)
        {
            yield return ["XGROUP", "CREATE", name, group, $"{after.LastId}", "MKSTREAM", "ENTRIESREAD", read];
        }

        foreach (string consumer in before?.Consumers.Except(after.Consumers) ?? [])
        {
            yield return ["XGROUP", "DELCONSUMER", name, group, consumer];
        }

        foreach (string consumer in after.Consumers.Except(before?.Consumers ?? []))
        {
            yield return ["XGROUP", "CREATECONSUMER", name, group, consumer];
        }

        foreach (StreamEntryId id in before?.Pending.Keys.Except(after.Pending.Keys) ?? [])
        {
            yield return ["XACK", name, group, $"{id}"];
        }

        foreach ((StreamEntryId id, ModelPending pending) in after.Pending)
        {
            // Redis drops a pending entry that is claimed and no longer there.
            if (there.Contains(id) && before?.Pending.GetValueOrDefault(id) != pending)
            {
                yield return
                [
                    "XCLAIM", name, group, pending.Consumer, "0", $"{id}", "TIME", Text(pending.Time), "RETRYCOUNT", Text(pending.Count),
                    "FORCE", "JUSTID",
                ];
            }
        }

        yield return ["XGROUP", "SETID", name, group, $"{after.LastId}", "ENTRIESREAD", read];
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double score) =>
        double.IsPositiveInfinity(score) ? "inf"
        : double.IsNegativeInfinity(score) ? "-inf"
        : score.ToString("R", CultureInfo.InvariantCulture);
}
