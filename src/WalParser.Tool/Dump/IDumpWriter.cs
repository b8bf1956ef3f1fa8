using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Kvrocks.Decoding;
using WalParser.Recovery;
using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Dump;

/// <summary>Writes a dump in one of its formats.</summary>
internal interface IDumpWriter
{
    /// <summary>Whether the writer writes all findings, also those that are not about a place in the current WAL.</summary>
    bool WritesAllFindings { get; }

    /// <summary>Begins a WAL.</summary>
    /// <param name="input">The WAL.</param>
    /// <param name="names">The names of its database's column families.</param>
    void BeginFile(WalInput input, FamilyNames names);

    /// <summary>Writes a record. Its operations follow.</summary>
    void WriteRecord(in WalRecord record, in WriteBatch batch);

    /// <summary>Writes an operation of the last record.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="transaction">
    /// The transaction with which the operation is committed; null if the record contains the operation itself.
    /// </param>
    /// <param name="blobs">Finds the values of blob indexes; null to show the indexes.</param>
    /// <param name="item">What the operation means to Kvrocks. A writer ignores it unless it was created to show it.</param>
    void WriteOperation(in WriteBatchOperation operation, Transaction? transaction, BlobValues? blobs, in DecodedOperation item);

    /// <summary>Writes a finding: one about a place in the current WAL or, if <see cref="WritesAllFindings"/>, any.</summary>
    void WriteFinding(Finding finding);

    /// <summary>Writes the first of consecutive fragments from an earlier use of a recycled log.</summary>
    void WriteOldRecord(OldRecord old);

    /// <summary>Writes the result of recovery, before the end of the last WAL.</summary>
    void WriteRecovery(RecoveryResult result);

    /// <summary>Ends the WAL, at its end or at the end of the dump.</summary>
    /// <param name="records">The number of records that were read, shown or not.</param>
    /// <param name="staleTailOffset">The offset of the stale tail, if there is one.</param>
    void EndFile(long records, long? staleTailOffset);

    /// <summary>Writes what is buffered to the output.</summary>
    void Flush();
}
