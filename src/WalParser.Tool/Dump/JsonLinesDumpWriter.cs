using System.Text.Encodings.Web;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Dump;

/// <summary>
/// A dump for programs: a JSON object a line, bytes as hex, fields that do not apply left out. Written by hand: what needs
/// escaping is only names and reasons, and a value of a gigabyte goes through without a copy of it in memory.
/// </summary>
internal sealed class JsonLinesDumpWriter(ByteWriter output, bool withValues) : IDumpWriter
{
    public void BeginFile(WalInput input)
    {
        output.Write("{\"kind\":\"file\",\"file\":"u8);
        WriteString(input.Name);
        if (input.LogNumber is { } logNumber)
        {
            output.Write(",\"logNumber\":"u8);
            output.WriteNumber(logNumber);
        }

        output.Write("}\n"u8);
    }

    public void WriteRecord(in WalRecord record, in WriteBatch batch)
    {
        output.Write("{\"kind\":\"record\",\"offset\":"u8);
        output.WriteNumber(record.Offset);
        output.Write(",\"endOffset\":"u8);
        output.WriteNumber(record.EndOffset);
        output.Write(",\"size\":"u8);
        output.WriteNumber(record.Payload.Length);
        output.Write(",\"crc32c\":\""u8);
        output.WriteHex(record.ComputeCrc32C());
        output.Write("\",\"sequence\":"u8);
        output.WriteNumber(batch.Sequence);
        output.Write(",\"count\":"u8);
        output.WriteNumber((ulong)batch.Count);
        output.Write("}\n"u8);
    }

    public void WriteOperation(in WriteBatchOperation operation)
    {
        OperationType type = operation.Type;
        output.Write("{\"kind\":\"operation\",\"type\":\""u8);
        output.Write(OperationFields.NameOf(type));
        output.Write("\",\"sequence\":"u8);
        output.WriteNumber(operation.Sequence);
        if (operation.HasKey)
        {
            output.Write(",\"columnFamily\":"u8);
            output.WriteNumber((ulong)operation.ColumnFamily);
            WriteBytes(",\"key\":\""u8, operation.Key);
        }

        if (type == OperationType.DeleteRange)
        {
            WriteBytes(",\"endKey\":\""u8, operation.EndKey);
        }

        if (!operation.Timestamp.IsEmpty || type == OperationType.CommitWithTimestamp)
        {
            WriteBytes(",\"timestamp\":\""u8, operation.Timestamp);
        }

        if (!operation.EndTimestamp.SequenceEqual(operation.Timestamp) && type == OperationType.DeleteRange)
        {
            WriteBytes(",\"endTimestamp\":\""u8, operation.EndTimestamp);
        }

        if (withValues && OperationFields.HasValue(type))
        {
            WriteBytes(",\"value\":\""u8, operation.Value);
        }

        if (operation.WriteTime is { } writeTime)
        {
            output.Write(",\"writeTime\":"u8);
            output.WriteNumber(writeTime);
        }

        if (OperationFields.HasXid(type))
        {
            WriteBytes(",\"xid\":\""u8, operation.Xid);
        }

        if (type == OperationType.BeginPrepare)
        {
            output.Write(operation.IsUnprepared ? ",\"unprepared\":true"u8 : ",\"unprepared\":false"u8);
        }

        output.Write("}\n"u8);
    }

    public void WriteCorruption(Damage damage, bool looksStale)
    {
        output.Write("{\"kind\":\"corruption\",\"offset\":"u8);
        output.WriteNumber(damage.Offset);
        output.Write(",\"bytes\":"u8);
        output.WriteNumber(damage.Bytes);
        output.Write(",\"reason\":"u8);
        WriteString(damage.Reason);
        output.Write("}\n"u8);
    }

    public void WriteOldRecord(OldRecord old)
    {
        output.Write("{\"kind\":\"oldRecord\",\"offset\":"u8);
        output.WriteNumber(old.Offset);
        output.Write(",\"logNumber\":"u8);
        output.WriteNumber((ulong)old.LogNumber);
        output.Write("}\n"u8);
    }

    public void EndFile(long records, long? staleTailOffset)
    {
        output.Write("{\"kind\":\"end\",\"records\":"u8);
        output.WriteNumber(records);
        output.Write("}\n"u8);
    }

    public void Flush() => output.Flush();

    private void WriteBytes(ReadOnlySpan<byte> start, ReadOnlySpan<byte> bytes)
    {
        output.Write(start);
        output.WriteHex(bytes);
        output.Write((byte)'"');
    }

    private void WriteString(string text)
    {
        output.Write((byte)'"');
        output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write((byte)'"');
    }
}
