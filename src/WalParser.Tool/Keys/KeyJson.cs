using System.Globalization;
using System.Numerics;
using System.Text.Json;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary>Writes one JSON object per key, with its whole value.</summary>
internal sealed class KeyJson(ByteWriter output, DateTimeOffset now, bool isLogWhole) : IKeyWriter
{
    /// <summary>
    /// The maximum size of a bitmap that is written whole, in bytes. Of a larger one, only the stored fragments are written, so that a
    /// small WAL cannot cause an output of gigabytes.
    /// </summary>
    private const ulong LargestWholeBitmap = 64 << 20;

    private readonly JsonLines _lines = new(output);

    public void Write(KeyspaceKey key) => _lines.Write(key, WriteMembers);

    private void WriteMembers(Utf8JsonWriter json, KeyspaceKey key)
    {
        json.WriteBytes("namespace", key.Namespace.Span);
        json.WriteBytes("key", key.UserKey.Span);
        json.WriteString("type", key.Type.Name);
        if (key.ExpiryMilliseconds != 0)
        {
            json.WriteNumber("expire_at_ms", key.ExpiryMilliseconds);
        }

        WriteValue(json, key);
        if (!isLogWhole && !key.IsComplete)
        {
            json.WriteBoolean("incomplete", true);
        }
    }

    private void WriteValue(Utf8JsonWriter json, KeyspaceKey key)
    {
        switch (key.Type)
        {
            case KvrocksType.String:
                json.WriteBytes("value", key.StringValue.Span);
                break;
            case KvrocksType.Json:
                json.WriteBytes("value", key.ToJsonText() ?? key.JsonDocument.Span);
                break;
            case KvrocksType.Bitmap when key.Metadata.Size > LargestWholeBitmap:
                WriteFragments(json, key);
                break;
            case KvrocksType.Bitmap when key.ToBitmap() is { } bitmap:
                json.WriteNumber("bits_set", bitmap.Sum(value => (long)BitOperations.PopCount(value)));
                json.WriteBytes("value", bitmap);
                break;
            case KvrocksType.HyperLogLog:
                json.WriteNumber("count", HyperLogLog.Count(key.ToHyperLogLogRegisters()));
                break;
            case KvrocksType.Hash:
                WriteArray(json, "value", key.HashFields().Where(field => field.ExistsAt(now)), WriteField);
                break;
            case KvrocksType.List:
                WriteArray(json, "value", key.ListElements(), (to, element) => to.WriteBytes(element.Span));
                break;
            case KvrocksType.Set:
                WriteArray(json, "value", key.SetMembers(), (to, member) => to.WriteBytes(member.Span));
                break;
            case KvrocksType.ZSet:
                WriteArray(json, "value", key.ZSetMembers(), WriteMember);
                break;
            case KvrocksType.SortedInt:
                WriteArray(json, "value", key.SortedInts(), (to, id) => to.WriteStringValue(id.ToString(CultureInfo.InvariantCulture)));
                break;
            case KvrocksType.Stream:
                WriteArray(json, "value", key.StreamEntries(), WriteEntry);
                WriteGroups(json, key);
                break;
            default:
                KeySketchJson.Write(json, key);
                break;
        }
    }

    /// <summary>
    /// Writes the stored fragments of a bitmap. Its metadata only claims its size, and most of it may be zeros that are not stored.
    /// </summary>
    private static void WriteFragments(Utf8JsonWriter json, KeyspaceKey key)
    {
        ulong size = key.Metadata.Size;
        List<(ulong Offset, byte[] Bytes)> fragments = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> stored) in key.Elements)
        {
            if (ulong.TryParse(subkey.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong offset) && offset < size)
            {
                byte[] bytes = new byte[Math.Min((ulong)Math.Min(stored.Length, BitmapFragment.Size), size - offset)];
                BitmapFragment.ReverseBits(stored.Span[..bytes.Length], bytes);
                fragments.Add((offset, bytes));
            }
        }

        json.WriteNumber("bits_set", fragments.Sum(fragment => fragment.Bytes.Sum(value => (long)BitOperations.PopCount(value))));
        json.WriteNumber("size", size);
        WriteArray(json, "fragments", fragments.OrderBy(fragment => fragment.Offset), (to, fragment) =>
        {
            to.WriteStartArray();
            to.WriteNumberValue(fragment.Offset);
            to.WriteBytes(fragment.Bytes);
            to.WriteEndArray();
        });
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> elements, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T element in elements)
        {
            write(json, element);
        }

        json.WriteEndArray();
    }

    private static void WriteField(Utf8JsonWriter json, HashField field)
    {
        json.WriteStartArray();
        json.WriteBytes(field.Field.Span);
        json.WriteBytes(field.Value.Span);
        if (field.ExpiryMilliseconds != 0)
        {
            json.WriteNumberValue(field.ExpiryMilliseconds);
        }

        json.WriteEndArray();
    }

    private static void WriteMember(Utf8JsonWriter json, ZSetMember member)
    {
        json.WriteStartArray();
        json.WriteBytes(member.Member.Span);
        json.WriteStringValue(ScoreText.Of(member.Score));
        json.WriteEndArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, StreamEntry entry)
    {
        json.WriteStartArray();
        json.WriteStringValue(entry.Id.ToString());
        json.WriteStartArray();
        foreach (ReadOnlyMemory<byte> field in entry.Fields)
        {
            json.WriteBytes(field.Span);
        }

        json.WriteEndArray();
        json.WriteEndArray();
    }

    /// <summary>Writes the groups as XINFO GROUPS does, which returns the stored numbers of consumers and pending entries.</summary>
    private static void WriteGroups(Utf8JsonWriter json, KeyspaceKey key)
    {
        IReadOnlyList<StreamGroupState> groups = key.StreamGroups();
        if (groups.Count == 0)
        {
            return;
        }

        WriteArray(json, "groups", groups, (to, group) =>
        {
            long read = group.Group.EntriesRead;
            to.WriteStartArray();
            to.WriteStringValue("name");
            to.WriteBytes(group.Name.Span);
            to.WriteStringValue("consumers");
            to.WriteNumberValue(group.Group.Consumers);
            to.WriteStringValue("pending");
            to.WriteNumberValue(group.Group.Pending);
            to.WriteStringValue("last-delivered-id");
            to.WriteStringValue(group.Group.LastDeliveredId.ToString());
            to.WriteStringValue("entries-read");
            if (read < 0)
            {
                to.WriteNullValue();
            }
            else
            {
                to.WriteNumberValue(read);
            }

            to.WriteStringValue("lag");
            if (key.Metadata.StreamLagOf(group.Group) is { } lag)
            {
                to.WriteNumberValue(lag);
            }
            else
            {
                to.WriteNullValue();
            }

            to.WriteEndArray();
        });
    }
}
