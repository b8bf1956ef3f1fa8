using System.Globalization;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.Recovery;

/// <summary>
/// Verifies the predecessors that logs describe against the logs that were recovered, as RocksDB does
/// (<c>Reader::MaybeVerifyPredecessorWALInfo</c> in <c>db/log_reader.cc</c>, <c>DBImpl::UpdatePredecessorWALInfo</c>).
/// </summary>
/// <param name="minLogNumber">The lowest number of a log that is recovered; null without a MANIFEST.</param>
internal sealed class PredecessorVerifier(ulong? minLogNumber)
{
    private WalFile? _observed;
    private long? _observedSize;
    private ulong _observedSequence;

    /// <summary>Ends a log that was read without an error.</summary>
    /// <param name="file">The log.</param>
    /// <param name="lastSequence">The sequence number of its last batch; 0 if it has none.</param>
    public void EndLog(WalFile file, ulong lastSequence)
    {
        _observed = file;
        _observedSize = file.IsUncompressed ? file.GetSize() : null;
        _observedSequence = lastSequence;
    }

    /// <summary>Returns the reason, in RocksDB's words, why a description does not match; null if it does.</summary>
    public string? FindMismatch(PredecessorWalInfo recorded, WalFile file) =>
        _observed is null
            ? recorded.LogNumber >= minLogNumber ? Format($"Missing WAL of log number {recorded.LogNumber}") : null
        : _observed.LogNumber is not { } number ? null
        : number != recorded.LogNumber
            ? Format($"Mismatched predecessor log number of WAL file {file.Name} Recorded {recorded.LogNumber}. Observed {number}")
        : _observedSequence != recorded.LastSequence
            ? Format($"Mismatched last sequence number recorded in the WAL of log number {number}. Recorded {recorded.LastSequence}. ")
                + Format($"Observed {_observedSequence}. (Last sequence number equal to 0 indicates no WAL records)")
        : _observedSize is { } size && (ulong)size != recorded.SizeInBytes
            ? Format($"Mismatched size of the WAL of log number {number}. Recorded {recorded.SizeInBytes} bytes. Observed {size} bytes.")
        : null;

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
