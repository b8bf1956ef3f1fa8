using System.Globalization;
using System.Text;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares the groups of a stream, their consumers and their pending entries. When a consumer was last active is not compared: no command
/// sets it.
/// </summary>
internal static class StreamGroupComparison
{
    private const int PageSize = 1000;

    public static async Task CompareAsync(ComparedKey key, IReadOnlyList<StreamGroupState> logs)
    {
        object[] command = ["XINFO", "GROUPS", key.Name];
        Dictionary<byte[], Dictionary<string, RespValue>> server = new(ByteStringComparer.Instance);
        foreach (RespValue item in await key.Server.ItemsAsync(command).ConfigureAwait(false))
        {
            Dictionary<string, RespValue> fields = key.Server.FieldsOf(item, command);
            server[fields.GetValueOrDefault("name").Bytes.ToArray()] = fields;
        }

        foreach (StreamGroupState group in logs)
        {
            if (key.Differences.IsFull)
            {
                return;
            }

            if (server.Remove(group.Name.ToArray(), out Dictionary<string, RespValue>? fields))
            {
                CompareFields(key, group, fields);
                await CompareConsumersAsync(key, group).ConfigureAwait(false);
                await ComparePendingAsync(key, group).ConfigureAwait(false);
            }
            else
            {
                key.Differences.Add(ComparedPart.Group, group.Name, ComparedValue.Of(group.Name), null);
            }
        }

        foreach (byte[] name in server.Keys.Where(_ => key.IsComplete))
        {
            key.Differences.Add(ComparedPart.Group, name, null, ComparedValue.Of(name));
        }
    }

    private static void CompareFields(ComparedKey key, StreamGroupState group, Dictionary<string, RespValue> server)
    {
        string lastDelivered = server.GetValueOrDefault("last-delivered-id").Text;
        if (lastDelivered != group.Group.LastDeliveredId.ToString())
        {
            key.Differences.Add(
                ComparedPart.LastDeliveredId,
                default,
                group.Name,
                ComparedValue.Of(group.Group.LastDeliveredId.ToString()),
                ComparedValue.Of(lastDelivered));
        }

        long? logsRead = group.Group.EntriesRead < 0 ? null : group.Group.EntriesRead;
        if (!server.TryGetValue("entries-read", out RespValue read))
        {
            key.Differences.Uncompared ??= UncomparedReason.NotReadable;
        }
        else if (CountOf(read) != logsRead)
        {
            key.Differences.Add(
                ComparedPart.EntriesRead, default, group.Name, ComparedValue.OfAny(logsRead), ComparedValue.OfAny(CountOf(read)));
        }
    }

    private static long? CountOf(RespValue value) => value.Kind == RespKind.Integer && value.Integer >= 0 ? value.Integer : null;

    private static async Task CompareConsumersAsync(ComparedKey key, StreamGroupState group)
    {
        object[] command = ["XINFO", "CONSUMERS", key.Name, group.Name];
        HashSet<byte[]> server = new(ByteStringComparer.Instance);
        foreach (RespValue item in await key.Server.ItemsAsync(command).ConfigureAwait(false))
        {
            server.Add(key.Server.FieldsOf(item, command).GetValueOrDefault("name").Bytes.ToArray());
        }

        // A consumer exists, too, if an entry is pending for it.
        HashSet<byte[]> logs = new(
            group.Consumers.Select(consumer => consumer.Name.ToArray())
                .Concat(Pending(group).Select(entry => entry.Consumer.ToArray())),
            ByteStringComparer.Instance);
        foreach (byte[] name in logs.Where(name => !server.Contains(name)))
        {
            key.Differences.Add(ComparedPart.Consumer, name, group.Name, ComparedValue.Of(name), null);
        }

        foreach (byte[] name in server.Where(name => key.IsComplete && !logs.Contains(name)))
        {
            key.Differences.Add(ComparedPart.Consumer, name, group.Name, null, ComparedValue.Of(name));
        }
    }

    private static async Task ComparePendingAsync(ComparedKey key, StreamGroupState group)
    {
        using IEnumerator<StreamPendingState> logs = Pending(group).GetEnumerator();
        bool hasLogs = logs.MoveNext();
        StreamEntryId? last = null;
        while (!key.Differences.IsFull)
        {
            object[] command = ["XPENDING", key.Name, group.Name, StreamIds.After(last), "+", PageSize];
            long? before = await key.Server.TimeAsync().ConfigureAwait(false);
            RespValue[] page = await key.Server.ItemsAsync(command).ConfigureAwait(false);
            long? after = await key.Server.TimeAsync().ConfigureAwait(false);
            foreach (RespValue item in page)
            {
                PendingEntry server = PendingEntry.Read(key, command, item, last);
                last = server.Id;
                for (; hasLogs && logs.Current.Id < server.Id; hasLogs = logs.MoveNext())
                {
                    Add(key, group, logs.Current.Id, TextOf(logs.Current), null);
                }

                if (hasLogs && logs.Current.Id == server.Id)
                {
                    Compare(key, group, logs.Current, server, before, after);
                    hasLogs = logs.MoveNext();
                }
                else if (key.IsComplete)
                {
                    Add(key, group, server.Id, null, server.ToText(after - server.Idle));
                }
            }

            if (page.Length == 0)
            {
                break;
            }
        }

        for (; hasLogs && !key.Differences.IsFull; hasLogs = logs.MoveNext())
        {
            Add(key, group, logs.Current.Id, TextOf(logs.Current), null);
        }
    }

    /// <summary>
    /// Compares a pending entry. The server tells for how long it has been pending, so the time of its delivery lies between two times.
    /// </summary>
    private static void Compare(
        ComparedKey key, StreamGroupState group, StreamPendingState logs, in PendingEntry server, long? before, long? after)
    {
        long delivered = (long)Math.Min(logs.DeliveredMilliseconds, long.MaxValue);

        // A server takes no time in the future, and counts from the present instead.
        bool isSameTime = before is null || after is null
            || delivered >= before
            || (delivered >= before - server.Idle - 1 && delivered <= after - server.Idle + 1);
        if (!isSameTime
            || !logs.Consumer.Span.SequenceEqual(server.Consumer.Span)
            || Math.Min(logs.Deliveries, long.MaxValue) != (ulong)server.Deliveries)
        {
            Add(key, group, logs.Id, TextOf(logs), server.ToText(isSameTime ? delivered : after - server.Idle));
        }
    }

    private static void Add(ComparedKey key, StreamGroupState group, StreamEntryId id, string? logs, string? server) => key.Differences.Add(
        ComparedPart.PendingEntry,
        ReadServer.Argument(id),
        group.Name,
        logs is null ? null : ComparedValue.Of(logs),
        server is null ? null : ComparedValue.Of(server));

    private static IEnumerable<StreamPendingState> Pending(StreamGroupState group) => group.Pending.Where(entry => entry.Id != default);

    private static string TextOf(StreamPendingState entry) => TextOf(
        entry.Consumer, entry.DeliveredMilliseconds.ToString(CultureInfo.InvariantCulture), entry.Deliveries);

    private static string TextOf(ReadOnlyMemory<byte> consumer, string delivered, ulong deliveries) => string.Create(
        CultureInfo.InvariantCulture,
        $"consumer {Encoding.UTF8.GetString(consumer.Span)}, delivered {delivered}, deliveries {deliveries}");

    /// <summary>A pending entry of the server.</summary>
    private readonly record struct PendingEntry(StreamEntryId Id, ReadOnlyMemory<byte> Consumer, long Idle, long Deliveries)
    {
        public static PendingEntry Read(ComparedKey key, object[] command, RespValue item, StreamEntryId? last)
        {
            ReadOnlySpan<RespValue> parts = item.Items.Span;
            return parts.Length == 4 && StreamIds.TryParse(parts[0].Text, out StreamEntryId id) && !(id <= last)
                ? new PendingEntry(id, parts[1].Bytes, parts[2].Integer, parts[3].Integer)
                : throw key.Server.Unexpected(command, item);
        }

        public string ToText(long? delivered) =>
            TextOf(Consumer, delivered?.ToString(CultureInfo.InvariantCulture) ?? "at an unknown time", (ulong)Deliveries);
    }
}
