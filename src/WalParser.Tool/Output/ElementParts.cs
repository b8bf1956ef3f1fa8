using System.Buffers.Binary;
using System.Globalization;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.Output;

/// <summary>
/// Splits elements into parts according to the type of their key. An element that is not valid for the type is written as it is stored.
/// </summary>
internal static class ElementParts
{
    /// <summary>Writes the parts that identify an element.</summary>
    public static void WriteName(KvrocksType type, ReadOnlySpan<byte> subkey, IPartWriter to)
    {
        switch (type)
        {
            case KvrocksType.Hash:
                to.Bytes("field", subkey);
                break;
            case KvrocksType.Set or KvrocksType.ZSet:
                to.Bytes("member", subkey);
                break;
            case KvrocksType.List when subkey.Length == sizeof(ulong):
                to.Number("index", BinaryPrimitives.ReadUInt64BigEndian(subkey));
                break;
            case KvrocksType.SortedInt when subkey.Length == sizeof(ulong):
                to.Number("id", BinaryPrimitives.ReadUInt64BigEndian(subkey));
                break;
            case KvrocksType.Bitmap when ulong.TryParse(subkey, NumberStyles.None, CultureInfo.InvariantCulture, out ulong offset):
                to.Number("byteOffset", offset);
                break;
            case KvrocksType.HyperLogLog when ulong.TryParse(subkey, NumberStyles.None, CultureInfo.InvariantCulture, out ulong segment):
                to.Number("segment", segment);
                break;
            case KvrocksType.Stream when StreamSubkey.TryRead(subkey, out StreamSubkey stream):
                WriteStreamName(stream, to);
                break;
            default:
                if (!SketchParts.WriteName(type, subkey, to))
                {
                    to.Bytes("subkey", subkey);
                }

                break;
        }
    }

    /// <summary>Writes the parts of the value of an element, or nothing if it has no value.</summary>
    public static void WriteValue(
        KvrocksType type, bool hasFieldExpiration, ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> value, IPartWriter to)
    {
        switch (type)
        {
            case KvrocksType.Set or KvrocksType.SortedInt when value.IsEmpty:
                break;
            case KvrocksType.Hash when HashFieldValue.TryRead(value, hasFieldExpiration, out HashFieldValue field):
                to.Bytes("value", field.Value);
                WriteExpiry(field.ExpiryMilliseconds, to);
                break;
            case KvrocksType.ZSet when value.Length == sizeof(ulong):
                to.Text("score", ScoreText.Of(SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(value))));
                break;
            case KvrocksType.Stream when StreamSubkey.TryRead(subkey, out StreamSubkey stream) && WriteStreamValue(stream, value, to):
                break;
            default:
                if (!SketchParts.WriteValue(type, subkey, value, to))
                {
                    to.Bytes("value", value);
                }

                break;
        }
    }

    private static void WriteExpiry(ulong milliseconds, IPartWriter to)
    {
        if (milliseconds != 0)
        {
            to.Number("expire_at_ms", milliseconds);
        }
    }

    private static void WriteStreamName(in StreamSubkey stream, IPartWriter to)
    {
        if (stream.Kind != StreamSubkeyKind.Entry)
        {
            to.Bytes("group", stream.Group);
        }

        switch (stream.Kind)
        {
            case StreamSubkeyKind.Entry:
                to.Text("id", stream.Id.ToString());
                break;
            case StreamSubkeyKind.Consumer:
                to.Bytes("consumer", stream.Consumer);
                break;
            case StreamSubkeyKind.PendingEntry:
                to.Text("pendingId", stream.Id.ToString());
                break;
        }
    }

    private static bool WriteStreamValue(in StreamSubkey stream, ReadOnlySpan<byte> value, IPartWriter to)
    {
        switch (stream.Kind)
        {
            case StreamSubkeyKind.Entry when StreamEntryFields.IsWhole(value):
                to.Fields(value);
                return true;
            case StreamSubkeyKind.Group when StreamGroup.TryRead(value, out StreamGroup group):
                to.Number("consumers", group.Consumers);
                to.Number("pending", group.Pending);
                to.Text("last_delivered_id", group.LastDeliveredId.ToString());
                to.Text("entries_read", group.EntriesRead.ToString(CultureInfo.InvariantCulture));
                return true;
            case StreamSubkeyKind.Consumer when StreamConsumer.TryRead(value, out StreamConsumer consumer):
                to.Number("pending", consumer.Pending);
                to.Number("last_attempt_ms", consumer.LastAttemptMilliseconds);
                to.Number("last_success_ms", consumer.LastSuccessMilliseconds);
                return true;
            case StreamSubkeyKind.PendingEntry when StreamPendingEntry.TryRead(value, out StreamPendingEntry entry):
                to.Bytes("consumer", entry.Consumer);
                to.Number("delivered_ms", entry.DeliveredMilliseconds);
                to.Number("deliveries", entry.Deliveries);
                return true;
            default:
                return false;
        }
    }
}
