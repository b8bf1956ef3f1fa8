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
    private readonly CsvWriter _rows;
    private readonly ToolConsole _console;
    private readonly bool _withValues;
    private byte[] _fileName = [];
    private bool _isStandardInput;
    private string _label = "";
    private FamilyNames _names = FamilyNames.None;
    private long _recordOffset;

    /// <param name="output">The output.</param>
    /// <param name="console">The console, whose standard error reports damage.</param>
    /// <param name="withValues">Whether values are written.</param>
    /// <param name="isRaw">Whether cells that a spreadsheet would take for formulas are written as they are.</param>
    public CsvDumpWriter(ByteWriter output, ToolConsole console, bool withValues, bool isRaw)
    {
        _output = output;
        _rows = new CsvWriter(output, isRaw);
        _console = console;
        _withValues = withValues;
        _output.Write("file,offset,sequence,type,columnFamily,columnFamilyName,key,value,endKey,timestamp,xid,writeTime\r\n"u8);
    }

    public bool WritesAllFindings => false;

    public void BeginFile(WalInput input, FamilyNames names)
    {
        _names = names;
        _isStandardInput = input.IsStandardInput;
        _fileName = Encoding.UTF8.GetBytes(ShownText.Of(input.ReportedName));
        _label = input.Label;
    }

    public void WriteRecord(in WalRecord record, in WriteBatch batch) => _recordOffset = record.Offset;

    public void WriteOperation(in WriteBatchOperation operation, Transaction? transaction, BlobValues? blobs, in DecodedOperation item)
    {
        OperationType type = operation.Type;
        if (_isStandardInput)
        {
            // A hyphen alone is no formula.
            _rows.WriteOwn("-"u8);
        }
        else
        {
            _rows.WriteText(_fileName);
        }

        _rows.WriteNumber((ulong)_recordOffset);
        _rows.WriteNumber(operation.Sequence);
        _rows.WriteOwn(OperationFields.NameOf(type));
        if (operation.HasKey)
        {
            _rows.WriteNumber(operation.ColumnFamily);
            _rows.WriteText(_names.Utf8Of(operation.ColumnFamily));
        }
        else
        {
            _rows.WriteEmpty();
            _rows.WriteEmpty();
        }

        _rows.WriteBytes(operation.Key);
        string? unresolved = WriteValue(operation, blobs);
        _rows.WriteBytes(operation.EndKey);
        _rows.WriteBytes(operation.Timestamp);
        _rows.WriteBytes(transaction is null ? operation.Xid : transaction.Xid.Span);
        if (operation.WriteTimeSeconds is { } writeTime)
        {
            _rows.WriteNumber(writeTime);
        }
        else
        {
            _rows.WriteEmpty();
        }

        _rows.EndRow();
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

    /// <summary>Writes the value, if it is wanted. Returns why a blob cannot be read, or null.</summary>
    private string? WriteValue(in WriteBatchOperation operation, BlobValues? blobs)
    {
        if (!_withValues)
        {
            _rows.WriteEmpty();
            return null;
        }

        if (operation.Type != OperationType.PutBlobIndex || blobs is null)
        {
            _rows.WriteBytes(operation.Value);
            return null;
        }

        BlobResult result = blobs.Resolve(operation.Value, operation.KeyWithTimestamp);
        _rows.WriteBytes(result.Value);
        return result.IsResolved ? null : BlobValues.ReasonOf(result);
    }

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
}
