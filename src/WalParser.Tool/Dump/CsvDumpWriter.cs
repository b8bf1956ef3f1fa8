using System.Globalization;
using System.Text;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Kvrocks.Decoding;
using WalParser.Recovery;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Transactions;
using WalParser.WideColumns;

namespace WalParser.Tool.Dump;

/// <summary>
/// Writes a dump for spreadsheets and databases (RFC 4180), one row per operation. The rows have no column for damage, which goes to
/// standard error.
/// </summary>
internal sealed class CsvDumpWriter : IDumpWriter
{
    private readonly ByteWriter _output;
    private readonly ToolConsole _console;
    private readonly bool _withValues;
    private byte[] _fileName = [];
    private string _label = "";
    private FamilyNames _names = FamilyNames.None;
    private long _recordOffset;

    public CsvDumpWriter(ByteWriter output, ToolConsole console, bool withValues)
    {
        _output = output;
        _console = console;
        _withValues = withValues;
        _output.Write("file,offset,sequence,type,columnFamily,columnFamilyName,key,value,endKey,timestamp,xid,writeTime\r\n"u8);
    }

    public bool WritesAllFindings => false;

    public void BeginFile(WalInput input, FamilyNames names)
    {
        _names = names;
        _fileName = Encoding.UTF8.GetBytes(input.Name);
        _label = input.Label;
    }

    public void WriteRecord(in WalRecord record, in WriteBatch batch) => _recordOffset = record.Offset;

    public void WriteOperation(in WriteBatchOperation operation, Transaction? transaction, BlobValues? blobs, in DecodedOperation item)
    {
        OperationType type = operation.Type;
        WriteQuotedIfNeeded(_fileName);
        _output.Write((byte)',');
        _output.WriteNumber(_recordOffset);
        _output.Write((byte)',');
        _output.WriteNumber(operation.Sequence);
        _output.Write((byte)',');
        _output.Write(OperationFields.NameOf(type));
        _output.Write((byte)',');
        if (operation.HasKey)
        {
            _output.WriteNumber((ulong)operation.ColumnFamily);
        }

        _output.Write((byte)',');
        if (operation.HasKey)
        {
            WriteQuotedIfNeeded(_names.Utf8Of(operation.ColumnFamily));
        }

        _output.Write((byte)',');
        WriteBytes(operation.Key);
        _output.Write((byte)',');
        string? unresolved = null;
        if (_withValues && type == OperationType.PutBlobIndex && blobs is not null)
        {
            BlobResult result = blobs.Resolve(operation.Value, operation.KeyWithTimestamp);
            WriteBytes(result.Value);
            unresolved = result.IsResolved ? null : BlobValues.ReasonOf(result);
        }
        else if (_withValues)
        {
            WriteBytes(operation.Value);
        }

        _output.Write((byte)',');
        WriteBytes(operation.EndKey);
        _output.Write((byte)',');
        WriteBytes(operation.Timestamp);
        _output.Write((byte)',');
        WriteBytes(transaction is null ? operation.Xid : transaction.Xid.Span);
        _output.Write((byte)',');
        if (operation.WriteTimeSeconds is { } writeTime)
        {
            _output.WriteNumber(writeTime);
        }

        _output.Write("\r\n"u8);
        if (unresolved is not null)
        {
            SayUnresolved(operation.Sequence, unresolved);
        }
        else if (_withValues && type == OperationType.PutEntity && blobs is not null)
        {
            SayUnresolvedColumns(operation, blobs);
        }
    }

    public void WriteFinding(Finding finding) => Say(FindingText.Of(finding, _label));

    public void WriteOldRecord(OldRecord old) => Say($"{_label}, {StaleNote.Of(old)}");

    public void WriteRecovery(RecoveryResult result) => Say(RecoveryText.Of(result));

    public void EndFile(long records, long? staleTailOffset)
    {
    }

    public void Flush() => _output.Flush();

    /// <summary>
    /// Reports the blob values of an entity that cannot be read. A row contains the entity as it is stored, without its columns.
    /// </summary>
    private void SayUnresolvedColumns(in WriteBatchOperation operation, BlobValues blobs)
    {
        if (!WideColumnEntity.TryRead(operation.Value, out WideColumnEntity entity, out _))
        {
            return;
        }

        foreach (WideColumn column in entity)
        {
            if (column.IsBlobIndex && blobs.Resolve(column.Value, operation.KeyWithTimestamp) is { IsResolved: false } result)
            {
                SayUnresolved(operation.Sequence, BlobValues.ReasonOf(result));
            }
        }
    }

    private void SayUnresolved(ulong sequence, string reason) => Say(string.Create(
        CultureInfo.InvariantCulture, $"{_label}, offset {_recordOffset}, sequence {sequence}: blob not resolved: {reason}"));

    private void Say(string message)
    {
        // The rows are written first, so that the order is right if both go to one place.
        _output.Flush();
        _console.Say(message);
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (ByteText.IsText(bytes))
        {
            WriteQuotedIfNeeded(bytes);
        }
        else
        {
            _output.Write("hex:"u8);
            _output.WriteHex(bytes);
        }
    }

    private void WriteQuotedIfNeeded(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny("\",\r\n"u8) < 0)
        {
            _output.Write(text);
            return;
        }

        _output.Write((byte)'"');
        for (int quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            _output.Write(text[..quote]);
            _output.Write("\"\""u8);
            text = text[(quote + 1)..];
        }

        _output.Write(text);
        _output.Write((byte)'"');
    }
}
