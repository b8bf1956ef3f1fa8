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
/// Writes a dump for people: a heading per WAL, a line per record, and indented lines for the operations and for the columns of entities.
/// Long keys and values are cut; the other formats are exact.
/// </summary>
internal sealed class TextDumpWriter(ByteWriter output, bool withValues, bool usesColour, bool showsItems = false) : IDumpWriter
{
    private const int TypeWidth = 12;

    /// <summary>The names, padded to the width of the common ones.</summary>
    private static readonly byte[][] TypeNames =
        [.. Enum.GetNames<OperationType>().Select(name => Encoding.UTF8.GetBytes(name.PadRight(TypeWidth)))];

    private readonly ItemText _items = new(output, withValues);
    private bool _isAfterFile;
    private string? _recovery;
    private string _label = "";
    private long _operations;
    private FamilyNames _names = FamilyNames.None;

    public bool WritesAllFindings => false;

    public void BeginFile(WalInput input, FamilyNames names)
    {
        _names = names;
        if (_isAfterFile)
        {
            output.Write("\n"u8);
        }

        _isAfterFile = true;
        _label = input.Label;
        _operations = 0;
        string logNumber = input.LogNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $" (log {number})") : "";
        WriteLine("\e[1m"u8, _label + logNumber);
    }

    public void WriteRecord(in WalRecord record, in WriteBatch batch)
    {
        StartColour("\e[36m"u8);
        output.Write("offset "u8);
        output.WriteNumber(record.Offset);
        output.Write(", sequence "u8);
        output.WriteGrouped(batch.Sequence);
        output.Write(", count "u8);
        output.WriteGrouped((ulong)batch.Count);
        output.Write(", "u8);
        output.WriteGrouped(record.Payload.Length);
        output.Write(" bytes"u8);
        if (record.FragmentCount > 1)
        {
            output.Write(" in "u8);
            output.WriteGrouped(record.FragmentCount);
            output.Write(" fragments"u8);
        }

        EndColour();
        output.Write("\n"u8);
    }

    public void WriteOperation(in WriteBatchOperation operation, Transaction? transaction, BlobValues? blobs, in DecodedOperation item)
    {
        _operations++;
        OperationType type = operation.Type;
        output.Write("  "u8);
        output.WriteGrouped(operation.Sequence);
        output.Write("  "u8);

        // The padding is omitted if nothing follows.
        bool isAlone = transaction is null && (type == OperationType.Noop || (type == OperationType.LogData && !withValues));
        output.Write(isAlone ? OperationFields.NameOf(type) : TypeNames[(int)type]);
        if (operation.ColumnFamily != 0)
        {
            WriteFamily(operation.ColumnFamily);
        }

        if (showsItems && item.Kind != DecodedOperationKind.Other)
        {
            output.Write("  "u8);
            _items.Write(item);
            output.Write("\n"u8);
            return;
        }

        if (operation.HasKey)
        {
            output.Write("  "u8);
            WriteBytes(operation.Key);
        }

        if (type == OperationType.DeleteRange)
        {
            output.Write(" .. "u8);
            WriteBytes(operation.EndKey);
        }

        WideColumnEntity entity = default;
        string? unreadable = null;
        bool hasColumns = type == OperationType.PutEntity && WideColumnEntity.TryRead(operation.Value, out entity, out unreadable);
        if (withValues && OperationFields.HasValue(type) && !hasColumns)
        {
            output.Write(operation.HasKey ? " = "u8 : "  "u8);
            WriteValue(operation, blobs);
            if (unreadable is not null)
            {
                WriteRemark("columns not readable: ", unreadable);
            }
        }

        if (transaction is not null || OperationFields.HasXid(type))
        {
            output.Write("  xid "u8);
            WriteBytes(transaction is null ? operation.Xid : transaction.Xid.Span);
        }

        WriteTimes(operation, type);
        if (type == OperationType.BeginPrepare)
        {
            output.Write(operation.IsUnprepared ? "  unprepared"u8
                : operation.IsPersistedPrepare ? "  prepared, persisted"u8
                : "  prepared"u8);
        }

        output.Write("\n"u8);
        if (withValues && hasColumns)
        {
            WriteColumns(entity, operation.KeyWithTimestamp, blobs);
        }
    }

    public void WriteFinding(Finding finding) =>
        WriteLine(
            finding.Severity == FindingSeverity.Note ? "\e[33m"u8 : "\e[1;31m"u8, $"! {FindingText.Of(finding, _label)}");

    public void WriteOldRecord(OldRecord old) => WriteLine("\e[33m"u8, $"~ {StaleNote.Of(old)}");

    public void WriteRecovery(RecoveryResult result) => _recovery = RecoveryText.Of(result);

    public void EndFile(long records, long? staleTailOffset)
    {
        string shown = $"{ReportText.Count(records, "record")} read, {ReportText.Count(_operations, "operation")} shown";
        WriteLine("\e[1m"u8, shown);
        if (_recovery is not null)
        {
            WriteLine("\e[1m"u8, _recovery);
            _recovery = null;
        }
    }

    public void Flush() => output.Flush();

    private void WriteFamily(uint id)
    {
        if (_names.TextOf(id) is { IsEmpty: false } name)
        {
            output.Write("  "u8);
            output.Write(name);
        }
        else
        {
            output.Write("  cf "u8);
            output.WriteNumber((ulong)id);
        }
    }

    private void WriteValue(in WriteBatchOperation operation, BlobValues? blobs)
    {
        if (operation.Type == OperationType.PutBlobIndex && blobs is not null)
        {
            WriteBlob(operation.Value, operation.KeyWithTimestamp, blobs);
        }
        else
        {
            WriteBytes(operation.Value);
        }
    }

    private void WriteColumns(WideColumnEntity entity, ReadOnlySpan<byte> key, BlobValues? blobs)
    {
        foreach (WideColumn column in entity)
        {
            output.Write("       "u8);
            WriteBytes(column.Name);
            output.Write(" = "u8);
            if (column.IsBlobIndex && blobs is not null)
            {
                WriteBlob(column.Value, key, blobs);
            }
            else
            {
                WriteBytes(column.Value);
            }

            output.Write("\n"u8);
        }
    }

    private void WriteBlob(ReadOnlySpan<byte> index, ReadOnlySpan<byte> key, BlobValues blobs)
    {
        BlobResult result = blobs.Resolve(index, key);
        if (result.IsResolved)
        {
            WriteBytes(result.Value);
            return;
        }

        WriteBytes(index);
        WriteRemark("blob not resolved: ", BlobValues.ReasonOf(result));
    }

    /// <summary>Writes a remark on a value that cannot be shown as intended.</summary>
    private void WriteRemark(string what, string reason)
    {
        StartColour("\e[33m"u8);
        output.Write(" (");
        output.WriteShown(what + reason);
        output.Write(")");
        EndColour();
    }

    private void WriteTimes(in WriteBatchOperation operation, OperationType type)
    {
        if (!operation.Timestamp.IsEmpty || type == OperationType.CommitWithTimestamp)
        {
            output.Write("  timestamp "u8);
            WriteBytes(operation.Timestamp);
        }

        if (!operation.EndTimestamp.SequenceEqual(operation.Timestamp) && type == OperationType.DeleteRange)
        {
            output.Write("  end timestamp "u8);
            WriteBytes(operation.EndTimestamp);
        }

        if (operation.WriteTimeSeconds is { } writeTime)
        {
            output.Write("  written "u8);
            output.WriteNumber(writeTime);
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes) => ShownBytes.Write(output, bytes);

    private void WriteLine(ReadOnlySpan<byte> colour, string text)
    {
        StartColour(colour);
        output.WriteShown(text);
        EndColour();
        output.Write("\n"u8);
    }

    private void StartColour(ReadOnlySpan<byte> colour)
    {
        if (usesColour)
        {
            output.Write(colour);
        }
    }

    private void EndColour()
    {
        if (usesColour)
        {
            output.Write("\e[0m"u8);
        }
    }
}
