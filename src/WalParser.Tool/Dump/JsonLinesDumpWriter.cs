using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Kvrocks.Decoding;
using WalParser.Recovery;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Transactions;
using WalParser.WideColumns;

namespace WalParser.Tool.Dump;

/// <summary>
/// Writes a dump for programs: one JSON object per line, with bytes as hex and without fields that do not apply. The JSON is written
/// directly, because only names and reasons need escaping and because a value of a gigabyte must not be copied in memory.
/// </summary>
internal sealed class JsonLinesDumpWriter(ByteWriter output, bool withValues, bool showsItems = false) : IDumpWriter
{
    private readonly ItemJson _items = new(output);
    private FamilyNames _names = FamilyNames.None;
    private string _file = "";

    public bool WritesAllFindings => true;

    public void BeginFile(WalInput input, FamilyNames names)
    {
        _names = names;
        _file = input.ReportedName;
        output.Write("{\"kind\":\"file\",\"file\":"u8);
        output.WriteJsonString(input.ReportedName);
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

    public void WriteOperation(in WriteBatchOperation operation, Transaction? transaction, BlobValues? blobs, in DecodedOperation item)
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
            if (_names.JsonOf(operation.ColumnFamily) is { IsEmpty: false } name)
            {
                output.Write(",\"columnFamilyName\":"u8);
                output.Write(name);
            }

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

        if (blobs is not null && type == OperationType.PutBlobIndex)
        {
            WriteBlob(operation.Value, operation.KeyWithTimestamp, blobs);
        }
        else if (withValues && OperationFields.HasValue(type))
        {
            WriteBytes(",\"value\":\""u8, operation.Value);
        }

        if (type == OperationType.PutEntity)
        {
            WriteColumns(operation, blobs);
        }

        if (operation.WriteTimeSeconds is { } writeTime)
        {
            output.Write(",\"writeTime\":"u8);
            output.WriteNumber(writeTime);
        }

        if (transaction is not null || OperationFields.HasXid(type))
        {
            WriteBytes(",\"xid\":\""u8, transaction is null ? operation.Xid : transaction.Xid.Span);
        }

        if (type == OperationType.BeginPrepare)
        {
            output.Write(operation.IsUnprepared ? ",\"unprepared\":true"u8 : ",\"unprepared\":false"u8);
            output.Write(operation.IsPersistedPrepare ? ",\"persisted\":true"u8 : ",\"persisted\":false"u8);
        }

        if (showsItems && item.Kind != DecodedOperationKind.Other)
        {
            output.Write(",\"kvrocks\":"u8);
            _items.Write(item, withValues);
        }

        output.Write("}\n"u8);
    }

    public void WriteFinding(Finding finding) => FindingJson.WriteLine(output, finding);

    public void WriteOldRecord(OldRecord old)
    {
        output.Write("{\"kind\":\"oldRecord\",\"offset\":"u8);
        output.WriteNumber(old.Offset);
        output.Write(",\"logNumber\":"u8);
        output.WriteNumber((ulong)old.LogNumber);
        output.Write("}\n"u8);
    }

    public void WriteRecovery(RecoveryResult result)
    {
        output.Write("{\"kind\":\"recovery\",\"mode\":"u8);
        output.WriteJsonString(RecoveryModeOption.NameOf(result.Mode));
        output.Write(",\"outcome\":"u8);
        output.WriteJsonString(RecoveryText.OutcomeOf(result));
        output.Write(",\"reason\":"u8);
        if (result.Reason is { } reason)
        {
            output.WriteJsonString(reason);
        }
        else
        {
            output.Write("null"u8);
        }

        output.Write(",\"lastSequence\":"u8);
        if (result.LastSequence is { } lastSequence)
        {
            output.WriteNumber(lastSequence);
        }
        else
        {
            output.Write("null"u8);
        }

        output.Write(",\"rocksdb\":\""u8);
        output.WriteNumber((ulong)result.Release);
        output.Write("\"}\n"u8);
    }

    public void EndFile(long records, long? staleTailOffset)
    {
        output.Write("{\"kind\":\"end\",\"records\":"u8);
        output.WriteNumber(records);
        output.Write("}\n"u8);
    }

    public void Flush() => output.Flush();

    /// <summary>Writes the value to which a blob index refers, if it can be read, and its place.</summary>
    private void WriteBlob(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> key, BlobValues blobs)
    {
        BlobResult result = blobs.Resolve(bytes, key);
        if (withValues && result.IsResolved)
        {
            WriteBytes(",\"value\":\""u8, result.Value);
        }

        output.Write(",\"blob\":{"u8);
        ReadOnlySpan<byte> separator = default;
        if (BlobIndex.TryRead(bytes, out BlobIndex index))
        {
            if (!index.IsInlined)
            {
                output.Write("\"file\":"u8);
                output.WriteJsonString(BlobFileName.Of(index.FileNumber));
                output.Write(",\"offset\":"u8);
                output.WriteNumber(index.Offset);
                output.Write(",\"size\":"u8);
                output.WriteNumber(index.Size);
                output.Write(",\"compression\":"u8);
                output.WriteJsonString(OperationFields.NameOf(index.Compression));
                separator = ","u8;
            }

            if (index.ExpirationSeconds is { } expiration)
            {
                output.Write(separator);
                output.Write("\"expiration\":"u8);
                output.WriteNumber(expiration);
                separator = ","u8;
            }
        }

        if (!result.IsResolved)
        {
            output.Write(separator);
            output.Write("\"error\":"u8);
            output.WriteJsonString(result.Reason!);
        }

        output.Write("}"u8);
    }

    private void WriteColumns(in WriteBatchOperation operation, BlobValues? blobs)
    {
        if (!WideColumnEntity.TryRead(operation.Value, out WideColumnEntity entity, out string? reason))
        {
            output.Write(",\"columnsError\":"u8);
            output.WriteJsonString(reason!);
            return;
        }

        output.Write(",\"columns\":["u8);
        ReadOnlySpan<byte> separator = default;
        foreach (WideColumn column in entity)
        {
            output.Write(separator);
            separator = ","u8;
            WriteBytes("{\"name\":\""u8, column.Name);
            if (blobs is not null && column.IsBlobIndex)
            {
                WriteBlob(column.Value, operation.KeyWithTimestamp, blobs);
            }
            else if (withValues)
            {
                WriteBytes(",\"value\":\""u8, column.Value);
            }

            output.Write("}"u8);
        }

        output.Write("]"u8);
    }

    private void WriteBytes(ReadOnlySpan<byte> start, ReadOnlySpan<byte> bytes)
    {
        output.Write(start);
        output.WriteHex(bytes);
        output.Write((byte)'"');
    }
}
