using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.WalSets;

/// <summary>
/// Compares the predecessor that a WAL records (RocksDB 10.0 and later, <c>track_and_verify_wals</c>) with the WAL that was read before it.
/// </summary>
/// <param name="minLogNumber">The lowest log number that must be present according to the MANIFEST; null without a MANIFEST.</param>
/// <param name="isFirst">
/// Whether reading begins with the first WAL that exists. If so, its predecessor is reported as missing if it is still needed; otherwise,
/// the predecessor of the first WAL that is read is not checked.
/// </param>
internal sealed class PredecessorCheck(ulong? minLogNumber, bool isFirst)
{
    private WalFile? _file;
    private ulong _lastSequence;
    private bool _isChecked;
    private bool _hasPrevious;
    private ulong? _previousNumber;
    private bool _isPreviousArchived;
    private long? _previousSize;
    private ulong _previousLastSequence;

    public void BeginFile(WalFile file)
    {
        _file = file;
        _lastSequence = 0;
        _isChecked = false;
    }

    /// <summary>Processes a read from the current WAL.</summary>
    public void ProcessRead(WalReader log, Queue<Finding> problems)
    {
        Check(log, problems);
        if (log.Kind == WalEntryKind.Record && log.Record.Payload.Length >= WriteBatch.HeaderSize)
        {
            _lastSequence = new WriteBatch(log.Record).Sequence;
        }
    }

    /// <summary>Processes the end of the current WAL.</summary>
    public void EndFile(WalReader log, Queue<Finding> problems)
    {
        Check(log, problems);
        _hasPrevious = true;
        _previousNumber = log.LogNumber;
        _isPreviousArchived = _file!.IsArchived;
        _previousSize = log.CopyFormat == CompressedCopyFormat.None ? _file.GetSize() : null;
        _previousLastSequence = _lastSequence;
    }

    private void Check(WalReader log, Queue<Finding> problems)
    {
        if (_isChecked || log.Predecessor is not { } recorded)
        {
            return;
        }

        _isChecked = true;
        if (!_hasPrevious)
        {
            if (isFirst && minLogNumber is { } needed && recorded.LogNumber >= needed)
            {
                problems.Enqueue(Missing(recorded));
            }
        }
        else if (_previousNumber != recorded.LogNumber)
        {
            if (recorded.LogNumber < minLogNumber && _previousNumber < minLogNumber && !_isPreviousArchived)
            {
                // Logs that are no longer needed wait to be recycled or deleted, in any order. In the archive, the oldest is deleted first.
                return;
            }

            problems.Enqueue(_previousNumber < recorded.LogNumber && recorded.LogNumber < log.LogNumber
                ? Missing(recorded)
                : Mismatch($"names log {recorded.LogNumber} as its predecessor, but {DescribePrevious()} precedes it"));
        }
        else
        {
            bool isOtherSequence = _previousLastSequence != recorded.LastSequence;
            bool isOtherSize = _previousSize is { } known && (ulong)known != recorded.SizeInBytes;
            if (isOtherSequence || isOtherSize)
            {
                problems.Enqueue(Mismatch(
                    $"says that its predecessor, log {recorded.LogNumber}, has {Describe(recorded.SizeInBytes, recorded.LastSequence)}; "
                    + $"it has {Describe((ulong?)_previousSize, _previousLastSequence)}"));
            }
        }
    }

    private string DescribePrevious() => _previousNumber is { } previous ? $"log {previous}" : "a log without a number";
    private static string Describe(ulong? size, ulong lastSequence)
    {
        string last = lastSequence == 0
            ? "no record"
            : string.Create(CultureInfo.InvariantCulture, $"the last record with sequence number {lastSequence:N0}");
        return size is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes, {last}") : last;
    }

    private Finding Missing(PredecessorWalInfo recorded) => new()
    {
        Kind = FindingKind.MissingWal,
        File = _file!.Name,
        Reason = $"its predecessor is missing: log {recorded.LogNumber}, of {Describe(recorded.SizeInBytes, recorded.LastSequence)}",
    };

    private Finding Mismatch(string message) => new()
    {
        Kind = FindingKind.PredecessorMismatch,
        File = _file!.Name,
        Reason = message,
    };
}
