using WalParser.Batches;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.Dump;

/// <summary>Writes what an operation means to Kvrocks in a line for people.</summary>
internal sealed class ItemText(ByteWriter output, bool withValues)
{
    private readonly TextParts _parts = new(output);

    /// <summary>Writes the item without a line end.</summary>
    public void Write(in DecodedOperation item)
    {
        if (item.Kind == DecodedOperationKind.LogData)
        {
            WriteLogData(item.LogData);
            return;
        }

        output.Write(item.Kind.ToString());
        if (!item.Namespace.IsEmpty)
        {
            WriteNamed(" ns=", item.Namespace);
        }

        if (item.Kind == DecodedOperationKind.Range)
        {
            output.Write(" "u8);
            RangeParts.WriteWords(output, item.Range, item.UserKey, item.Value);
            return;
        }

        bool isDeletion = item.Operation is OperationType.Delete or OperationType.SingleDelete;
        if (ServerRecordParts.Write(item, withValues && !isDeletion, _parts))
        {
            return;
        }

        WriteNamed(" key=", item.UserKey);
        if (item.Type != KvrocksType.None)
        {
            output.Write(" type=" + item.Type.Name);
        }

        if (item.Slot is { } slot)
        {
            output.Write(" slot="u8);
            output.WriteNumber((ulong)slot);
        }

        WriteElement(item);
        if (withValues && !isDeletion)
        {
            WriteValue(item);
        }

        if (item.Version is { } version)
        {
            output.Write($" version={version} ({Timestamp.OfMicroseconds(version.CreatedAt)})");
        }

        if (item.ExpiryMilliseconds != 0)
        {
            output.Write($" expires={Timestamp.OfMilliseconds(item.ExpiryMilliseconds) ?? "after the year 9999"}");
        }

        if (item.Reason is not null)
        {
            output.Write(" ("u8);
            output.WriteShown(item.Reason);
            output.Write(")"u8);
        }
    }

    private void WriteLogData(KvrocksLogData logData)
    {
        if (logData.Kind != KvrocksLogDataKind.Command)
        {
            WriteNamed(logData.Kind == KvrocksLogDataKind.Server ? "replication id=" : "text=", logData.Arguments);
            return;
        }

        output.Write(logData.Type.Name);
        if (logData.CommandName is { } command)
        {
            output.Write(" " + command);
        }

        if (withValues && !logData.CommandArguments.IsEmpty)
        {
            WriteNamed(" ", logData.CommandArguments);
        }
    }

    private void WriteElement(in DecodedOperation item)
    {
        if (item.Kind == DecodedOperationKind.Metadata && item.Metadata.HasVersion)
        {
            output.Write(" size="u8);
            output.WriteNumber(item.Metadata.Size);
            if (item.Metadata.TryReadList(out ListMetadata list))
            {
                output.Write($" head={list.Head} tail={list.Tail}");
            }

            MetadataParts.WriteSketch(item.Metadata, _parts);
        }

        if (item.Kind is DecodedOperationKind.Element or DecodedOperationKind.Undecodable && !item.Subkey.IsEmpty)
        {
            WriteNamed(" subkey=", item.Subkey);
        }

        if (ItemJson.NameOf(item.Kind) is { } name)
        {
            WriteNamed($" {name}=", item.Name);
        }

        if (item.Filter is { } filter)
        {
            output.Write(" filter="u8);
            output.WriteNumber((ulong)filter);
        }

        if (item.Index is { } index)
        {
            output.Write(" index="u8);
            output.WriteNumber(index);
        }

        if (item.Score is { } score)
        {
            output.Write((item.Kind == DecodedOperationKind.TDigestCentroid ? " mean=" : " score=") + ScoreText.Of(score));
        }

        if (item.Weight is { } weight)
        {
            output.Write(" weight=" + ScoreText.Of(weight));
        }

        WriteStream(item);
    }

    private void WriteStream(in DecodedOperation item)
    {
        if (item.StreamId is { } id)
        {
            output.Write(" id=" + id);
        }

        if (!item.Group.IsEmpty)
        {
            WriteNamed(" group=", item.Group);
        }

        if (!item.Consumer.IsEmpty)
        {
            WriteNamed(" consumer=", item.Consumer);
        }

        if (item.GroupState is { } group)
        {
            output.Write($" consumers={group.Consumers} pending={group.Pending} last-delivered={group.LastDeliveredId}");
            output.Write($" entries-read={group.EntriesRead} lag={group.Lag}");
        }

        if (item.ConsumerState is { } consumer)
        {
            output.Write($" pending={consumer.Pending}");
        }

        if (item.Deliveries is { } deliveries)
        {
            output.Write($" deliveries={deliveries}");
        }
    }

    private void WriteValue(in DecodedOperation item)
    {
        if (item.Kind == DecodedOperationKind.StreamEntry)
        {
            ShownBytes.WriteFields(output, item.Value);
        }
        else if (ItemJson.ShowsValue(item) && !SketchParts.WriteValue(item.Type, item.Subkey, item.Value, _parts))
        {
            WriteNamed(" value=", item.Value);
        }
    }

    private void WriteNamed(string name, ReadOnlySpan<byte> bytes)
    {
        output.Write(name);
        ShownBytes.Write(output, bytes);
    }
}
