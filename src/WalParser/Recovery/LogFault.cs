namespace WalParser.Recovery;

/// <summary>
/// The first error in a log that recovery acts on (<c>DBOpenLogRecordReadReporter::Corruption</c>). The log ends where the reader has the
/// next whole record, which is not replayed.
/// </summary>
/// <param name="Reason">The reason, in RocksDB's words.</param>
/// <param name="Offset">The offset of the place in the log, in bytes.</param>
/// <param name="IsNotSupported">Whether it refuses in every mode in which recovery acts on errors (<c>Status::NotSupported</c>).</param>
/// <param name="IsStaleTail">
/// Whether it is the first place in what is left over from an earlier use of a recycled log: recovery stops there, and nothing is lost.
/// </param>
/// <param name="LogNumber">The number of the log that RocksDB takes for the corrupted one; null for the log itself.</param>
internal sealed record LogFault(
    string Reason, long Offset, bool IsNotSupported = false, bool IsStaleTail = false, ulong? LogNumber = null);
