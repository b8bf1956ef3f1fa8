using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Fixtures;

/// <summary>Returns keyspaces and keys in the form of a <see cref="RecordedState"/>.</summary>
internal static class ShownKeyspace
{
    public static SortedSet<string> Of(Keyspace keyspace, ulong nowMilliseconds)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        var now = DateTimeOffset.FromUnixTimeMilliseconds((long)nowMilliseconds);
        foreach (KeyspaceKey key in keyspace.Keys.Where(key => key.ExistsAt(now)))
        {
            Assert.True(lines.Add(LineOf(key)));
        }

        return lines;
    }

    public static string LineOf(KeyspaceKey key)
    {
        string expiry = key.ExpiryMilliseconds == 0 ? "never" : key.ExpiryMilliseconds.ToString(CultureInfo.InvariantCulture);
        return $"{Encoding.UTF8.GetString(key.Namespace.Span)} {Bytes(key.UserKey)} {key.Type.Name} {expiry} {ValueOf(key)}";
    }

    private static string ValueOf(KeyspaceKey key)
    {
        switch (key.Type)
        {
            case KvrocksType.String:
                return Bytes(key.StringValue);
            case KvrocksType.Bitmap:
                byte[] bitmap = key.ToBitmap()!;
                return $"{RecordedState.Bytes(bitmap)} {bitmap.Sum(value => BitOperations.PopCount(value))}";
            case KvrocksType.Hash:
                return RecordedState.JoinSorted(key.HashFields().Select(field => Bytes(field.Field) + "=" + Bytes(field.Value)));
            case KvrocksType.List:
                return RecordedState.Join(key.ListElements().Select(Bytes));
            case KvrocksType.Set:
                return RecordedState.JoinSorted(key.SetMembers().Select(Bytes));
            case KvrocksType.ZSet:
                return RecordedState.JoinSorted(
                    key.ZSetMembers().Select(member => Bytes(member.Member) + "=" + RecordedState.Score(member.Score)));
            case KvrocksType.SortedInt:
                return RecordedState.Join(key.SortedInts().Select(id => id.ToString(CultureInfo.InvariantCulture)));
            case KvrocksType.Stream:
                string entries = RecordedState.Join(
                    key.StreamEntries().Select(entry => entry.Id + RecordedState.Join(entry.Fields.Select(Bytes))));
                IReadOnlyList<StreamGroupState> groups = key.StreamGroups();
                return groups.Count == 0 ? entries : entries + RecordedState.JoinSorted(groups.Select(group => GroupOf(key, group)));
            case KvrocksType.Json:
                return RecordedState.Json(JsonDocument.Parse(key.ToJsonText()!).RootElement);
            case KvrocksType.HyperLogLog:
                return HyperLogLog.Count(key.ToHyperLogLogRegisters()).ToString(CultureInfo.InvariantCulture);
            default:
                return "";
        }
    }

    /// <summary>Returns a group in the form of XINFO GROUPS, which recalculates the lag if it can.</summary>
    private static string GroupOf(KeyspaceKey key, StreamGroupState group)
    {
        string lag = key.Metadata.StreamLagOf(group.Group)?.ToString(CultureInfo.InvariantCulture) ?? "null";
        string read = group.Group.EntriesRead < 0 ? "null" : group.Group.EntriesRead.ToString(CultureInfo.InvariantCulture);
        string name = JsonSerializer.Serialize(Encoding.UTF8.GetString(group.Name.Span));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[\"name\",{name},\"consumers\",{group.Group.Consumers},\"pending\",{group.Group.Pending},")
            + $"\"last-delivered-id\",\"{group.Group.LastDeliveredId}\",\"entries-read\",{read},"
            + string.Create(CultureInfo.InvariantCulture, $"\"lag\",{lag}]");
    }

    private static string Bytes(ReadOnlyMemory<byte> bytes) => RecordedState.Bytes(bytes.Span);
}
