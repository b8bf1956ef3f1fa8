using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// Compares streams: the entries, which both sides have in the order of their ids, the counters, and the groups. The counters that the
/// nearest a server accepts also count as the same, because <see cref="StreamCommands"/> sets these.
/// </summary>
internal static class StreamComparison
{
    public static async Task CompareAsync(ComparedKey key)
    {
        await CompareEntriesAsync(key).ConfigureAwait(false);
        object[] command = ["XINFO", "STREAM", key.Name];
        RespValue? reply = await AskUnlessGoneAsync(key, command).ConfigureAwait(false);
        if (reply is not { } info || key.Differences.IsFull)
        {
            return;
        }

        IReadOnlyList<StreamGroupState> groups = key.Key.StreamGroups();
        CompareCounters(key, key.Server.FieldsOf(info, command), groups);
        await StreamGroupComparison.CompareAsync(key, groups).ConfigureAwait(false);
    }

    /// <summary>Asks for information on a key; returns null if it is not there any more.</summary>
    private static async Task<RespValue?> AskUnlessGoneAsync(ComparedKey key, object[] command)
    {
        long isThere = await key.Server.NumberAsync("EXISTS", key.Name).ConfigureAwait(false);
        return isThere == 0 ? null : await key.Server.AskAsync(command).ConfigureAwait(false);
    }

    private static async Task CompareEntriesAsync(ComparedKey key)
    {
        if (!key.IsComplete)
        {
            long length = await key.Server.NumberAsync("XLEN", key.Name).ConfigureAwait(false);
            key.Differences.Check(
                ComparedPart.Length,
                key.Key.Metadata.Size.ToString(CultureInfo.InvariantCulture),
                length.ToString(CultureInfo.InvariantCulture));
        }

        int size = ReadServer.ElementsPerPage(key.Key.ElementsSize, key.Key.ElementCount);
        using IEnumerator<StreamEntry> logs = key.Key.StreamEntries().Where(StreamCommands.IsPossible).GetEnumerator();
        bool hasLogs = logs.MoveNext();
        StreamEntryId? last = null;
        while (!key.Differences.IsFull)
        {
            object[] command = ["XRANGE", key.Name, StreamIds.After(last), "+", "COUNT", size];
            RespValue[] page = await key.Server.ItemsAsync(command).ConfigureAwait(false);
            foreach (RespValue item in page)
            {
                (StreamEntryId id, RespValue[] fields) = ReadEntry(key, command, item, last);
                last = id;
                for (; hasLogs && logs.Current.Id < id; hasLogs = logs.MoveNext())
                {
                    AddEntry(key, logs.Current.Id, TextOf(logs.Current.Fields), null);
                }

                if (hasLogs && logs.Current.Id == id)
                {
                    CompareEntry(key, logs.Current, fields);
                    hasLogs = logs.MoveNext();
                }
                else if (key.IsComplete)
                {
                    AddEntry(key, id, null, TextOf([.. fields.Select(field => field.Bytes)]));
                }
            }

            if (page.Length == 0)
            {
                break;
            }
        }

        for (; hasLogs && !key.Differences.IsFull; hasLogs = logs.MoveNext())
        {
            AddEntry(key, logs.Current.Id, TextOf(logs.Current.Fields), null);
        }

        if (key.Key.StreamEntries().Any(entry => !StreamCommands.IsPossible(entry)))
        {
            key.Differences.Uncompared ??= UncomparedReason.NotAccepted;
        }
    }

    private static (StreamEntryId Id, RespValue[] Fields) ReadEntry(
        ComparedKey key, object[] command, RespValue item, StreamEntryId? last)
    {
        ReadOnlySpan<RespValue> parts = item.Items.Span;
        return parts.Length == 2 && StreamIds.TryParse(parts[0].Text, out StreamEntryId id) && !(id <= last)
            ? (id, parts[1].Items.ToArray())
            : throw key.Server.Unexpected(command, item);
    }

    private static void CompareEntry(ComparedKey key, StreamEntry logs, RespValue[] server)
    {
        bool isSame = logs.Fields.Count == server.Length;
        for (int i = 0; isSame && i < server.Length; i++)
        {
            isSame = logs.Fields[i].Span.SequenceEqual(server[i].Bytes.Span);
        }

        if (!isSame)
        {
            (ComparedValue ours, ComparedValue theirs) =
                ComparedValue.OfBoth(TextOf(logs.Fields), TextOf([.. server.Select(field => field.Bytes)]));
            key.Differences.Add(ComparedPart.Entry, ReadServer.Argument(logs.Id), ours, theirs);
        }
    }

    private static void AddEntry(ComparedKey key, StreamEntryId id, byte[]? logs, byte[]? server) => key.Differences.Add(
        ComparedPart.Entry,
        ReadServer.Argument(id),
        logs is null ? null : ComparedValue.Of(logs),
        server is null ? null : ComparedValue.Of(server));

    /// <summary>Returns fields and values, each between quotation marks.</summary>
    private static byte[] TextOf(IReadOnlyList<ReadOnlyMemory<byte>> fields)
    {
        List<byte> text = [];
        foreach (ReadOnlyMemory<byte> field in fields)
        {
            text.AddRange(text.Count == 0 ? "\""u8 : " \""u8);
            foreach (byte one in field.Span)
            {
                if (one is (byte)'"' or (byte)'\\')
                {
                    text.Add((byte)'\\');
                }

                text.Add(one);
            }

            text.Add((byte)'"');
        }

        return [.. text];
    }

    private static void CompareCounters(ComparedKey key, Dictionary<string, RespValue> server, IReadOnlyList<StreamGroupState> groups)
    {
        StreamMetadata logs = StreamCommands.MetadataOf(key.Key.StoredMetadata);
        StreamMetadata nearest = Nearest(key, groups);
        Check(ComparedPart.LastId, "last-generated-id", logs.LastGeneratedId, nearest.LastGeneratedId);
        Check(ComparedPart.EntriesAdded, "entries-added", logs.EntriesAdded, nearest.EntriesAdded);
        Check(ComparedPart.MaxDeletedId, "max-deleted-entry-id", logs.MaxDeletedId, nearest.MaxDeletedId);

        void Check<T>(ComparedPart part, string name, T exact, T accepted)
            where T : notnull
        {
            if (!server.TryGetValue(name, out RespValue value))
            {
                key.Differences.Uncompared ??= UncomparedReason.NotReadable;
            }
            else if (value.Text != accepted.ToString())
            {
                key.Differences.Check(part, exact.ToString()!, value.Text);
            }
        }
    }

    /// <summary>
    /// Returns the counters that a server has after the commands for the stream: those that it accepts, and it remembers the deletion of an
    /// entry that was added only to be pending.
    /// </summary>
    private static StreamMetadata Nearest(ComparedKey key, IReadOnlyList<StreamGroupState> groups)
    {
        StreamMetadata accepted = StreamCommands.AcceptedOf(key.Key.StoredMetadata, key.Key.Live?.Entries ?? default);
        List<StreamEntryId> ids = [.. key.Key.StreamEntries().Where(StreamCommands.IsPossible).Select(entry => entry.Id)];
        HashSet<StreamEntryId> there = [.. ids];
        StreamEntryId[] gone =
        [
            .. groups.SelectMany(group => group.Pending).Select(entry => entry.Id)
                .Where(id => id != default && id <= accepted.LastGeneratedId && !there.Contains(id)),
        ];
        StreamEntryId first = ids.Count == 0 ? new StreamEntryId(ulong.MaxValue, ulong.MaxValue) : ids[0];
        StreamEntryId placeholder = gone.Where(id => id > first).DefaultIfEmpty().Max();
        return accepted with { MaxDeletedId = accepted.MaxDeletedId == default ? placeholder : accepted.MaxDeletedId };
    }
}
