using System.Buffers;
using System.Text.Json;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.Dump;

/// <summary>Writes what an operation means to Kvrocks as a JSON object. Fields that do not apply are absent.</summary>
internal sealed class ItemJson(ByteWriter output)
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Writes the object.</summary>
    public void Write(in DecodedOperation item, bool withValues)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, JsonStyle.Line))
        {
            json.WriteStartObject();
            json.WriteString("kind", item.Kind.ToString());
            if (item.Reason is not null)
            {
                json.WriteString("reason", item.Reason);
            }

            if (item.Kind == DecodedOperationKind.LogData)
            {
                WriteLogData(json, item.LogData);
            }
            else if (!WriteServerRecord(json, item, withValues))
            {
                WriteKey(json, item);
                WriteElement(json, item, withValues);
            }

            json.WriteEndObject();
        }

        output.Write(_buffer.WrittenSpan);
    }

    private static void WriteLogData(Utf8JsonWriter json, KvrocksLogData logData)
    {
        if (logData.Kind == KvrocksLogDataKind.Command)
        {
            json.WriteString("type", logData.Type.Name);
            if (logData.CommandName is { } command)
            {
                json.WriteString("command", command);
            }

            if (!logData.CommandArguments.IsEmpty)
            {
                json.WriteBytes("arguments", logData.CommandArguments);
            }
        }
        else
        {
            json.WriteBytes(logData.Kind == KvrocksLogDataKind.Server ? "replicationId" : "text", logData.Arguments);
        }
    }

    /// <summary>Writes a record that belongs to no key. Returns false if it is not one.</summary>
    private static bool WriteServerRecord(Utf8JsonWriter json, in DecodedOperation item, bool withValues)
    {
        if (!ServerRecordParts.IsOne(item))
        {
            return false;
        }

        WritePlace(json, item);
        bool isDeletion = item.Operation is Batches.OperationType.Delete or Batches.OperationType.SingleDelete;
        return ServerRecordParts.Write(item, withValues && !isDeletion, new JsonParts(json));
    }

    private static void WriteKey(Utf8JsonWriter json, in DecodedOperation item)
    {
        WritePlace(json, item);
        if (item.Slot is { } slot)
        {
            json.WriteNumber("slot", slot);
        }

        if (item.Kind == DecodedOperationKind.Range)
        {
            RangeParts.Write(item.Range, new JsonParts(json));
            json.WriteBytes("begin", item.UserKey);
            json.WriteBytes("end", item.Value);
            return;
        }

        json.WriteBytes("key", item.UserKey);
        if (item.Type != KvrocksType.None)
        {
            json.WriteString("type", item.Type.Name);
        }

        if (item.Version is { } version)
        {
            json.WriteNumber("version", version.Value);
            json.WriteString("created_at", Timestamp.OfMicroseconds(version.CreatedAt));
        }

        json.WriteExpiry(item.ExpiryMilliseconds);
    }

    private static void WritePlace(Utf8JsonWriter json, in DecodedOperation item)
    {
        json.WriteString("family", KvrocksColumnFamilies.NameOf(item.Family) ?? "");
        if (!item.Namespace.IsEmpty)
        {
            json.WriteBytes("namespace", item.Namespace);
        }
    }

    private static void WriteElement(Utf8JsonWriter json, in DecodedOperation item, bool withValues)
    {
        bool isDeletion = item.Operation is Batches.OperationType.Delete or Batches.OperationType.SingleDelete;
        if (item.Kind == DecodedOperationKind.Metadata && item.Metadata.HasVersion)
        {
            json.WriteNumber("size", item.Metadata.Size);
            MetadataParts.Write(item.Metadata, new JsonParts(json));
        }

        if (item.Kind is DecodedOperationKind.Element or DecodedOperationKind.Undecodable && !item.Subkey.IsEmpty)
        {
            json.WriteBytes("subkey", item.Subkey);
        }

        if (NameOf(item.Kind) is { } name)
        {
            json.WriteBytes(name, item.Name);
        }

        json.WriteIfAny("filter", item.Filter);
        if (item.Index is { } index)
        {
            json.WriteNumber("index", index);
        }

        if (item.Score is { } score)
        {
            json.WriteDouble(item.Kind == DecodedOperationKind.TDigestCentroid ? "mean" : "score", score);
        }

        if (item.Weight is { } weight)
        {
            json.WriteDouble("weight", weight);
        }

        WriteStream(json, item);
        if (withValues && !isDeletion)
        {
            WriteValue(json, item);
        }
    }

    private static void WriteStream(Utf8JsonWriter json, in DecodedOperation item)
    {
        if (item.StreamId is { } id)
        {
            json.WriteString("id", id.ToString());
        }

        if (item.Kind is DecodedOperationKind.StreamGroup or DecodedOperationKind.StreamConsumer or DecodedOperationKind.StreamPendingEntry)
        {
            json.WriteBytes("group", item.Group);
        }

        if (item.Kind == DecodedOperationKind.StreamConsumer || !item.Consumer.IsEmpty)
        {
            json.WriteBytes("consumer", item.Consumer);
        }

        if (item.GroupState is { } group)
        {
            json.WriteNumber("consumers", group.Consumers);
            json.WriteNumber("pending", group.Pending);
            json.WriteString("last_delivered_id", group.LastDeliveredId.ToString());
            json.WriteNumber("entries_read", group.EntriesRead);
            json.WriteNumber("lag", group.Lag);
        }

        if (item.ConsumerState is { } consumer)
        {
            json.WriteNumber("pending", consumer.Pending);
            json.WriteNumber("last_attempt_ms", consumer.LastAttemptMilliseconds);
            json.WriteNumber("last_success_ms", consumer.LastSuccessMilliseconds);
        }

        if (item.Deliveries is { } deliveries)
        {
            json.WriteNumber("delivered_ms", item.DeliveredMilliseconds.GetValueOrDefault());
            json.WriteNumber("deliveries", deliveries);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, in DecodedOperation item)
    {
        if (item.Kind == DecodedOperationKind.StreamEntry)
        {
            json.WriteFields(item.Value);
        }
        else if (ShowsValue(item) && !SketchParts.WriteValue(item.Type, item.Subkey, item.Value, new JsonParts(json)))
        {
            json.WriteBytes("value", item.Value);
        }
    }

    /// <summary>Returns true if the value is not shown by other fields.</summary>
    internal static bool ShowsValue(in DecodedOperation item) => item.Kind switch
    {
        DecodedOperationKind.Metadata => item.Type.IsSingleValue,
        DecodedOperationKind.SetMember
            or DecodedOperationKind.ZSetMember
            or DecodedOperationKind.ZSetScore
            or DecodedOperationKind.SortedIntId
            or DecodedOperationKind.StreamGroup
            or DecodedOperationKind.StreamConsumer
            or DecodedOperationKind.StreamPendingEntry
            or DecodedOperationKind.TDigestCentroid
            or DecodedOperationKind.Range => false,
        _ => true,
    };

    /// <summary>Returns what the name of an item of a kind is called, or null if items of that kind have no name.</summary>
    internal static string? NameOf(DecodedOperationKind kind) => kind switch
    {
        DecodedOperationKind.HashField => "field",
        DecodedOperationKind.SetMember or DecodedOperationKind.ZSetMember or DecodedOperationKind.ZSetScore => "member",
        DecodedOperationKind.TimeSeriesLabel => "label",
        DecodedOperationKind.TimeSeriesDownstream => "downstream",
        _ => null,
    };
}
