using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Kvrocks.Decoding;
using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Dump;

/// <summary>Writes what a dump has read, in one of its formats.</summary>
internal interface IDumpWriter
{
    /// <summary>A log begins.</summary>
    /// <param name="input">The log.</param>
    /// <param name="names">The names of its database's column families.</param>
    void BeginFile(WalInput input, FamilyNames names);

    /// <summary>A record; its operations follow.</summary>
    void WriteRecord(in WalRecord record, in WriteBatch batch);

    /// <summary>An operation of the last record.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="transaction">The transaction that is committed with it; null if it stands in the record by itself.</param>
    /// <param name="blobs">Where the values of blob indexes are found; null to show the indexes.</param>
    /// <param name="item">What it means to Kvrocks; not looked at by a writer that was not told to show that.</param>
    void WriteOperation(in WriteBatchOperation operation, Transaction? transaction, BlobValues? blobs, in DecodedOperation item);

    /// <summary>A corruption.</summary>
    /// <param name="damage">The corruption.</param>
    /// <param name="looksStale">Whether it may be no damage but what is left of a recycled log's earlier life.</param>
    void WriteCorruption(Finding damage, bool looksStale);

    /// <summary>The first of a run of fragments from a recycled log's earlier life.</summary>
    void WriteOldRecord(OldRecord old);

    /// <summary>The log has ended, or the dump.</summary>
    /// <param name="records">How many records were read, shown or not.</param>
    /// <param name="staleTailOffset">Where what is left of a recycled log's earlier life begins, if anything is.</param>
    void EndFile(long records, long? staleTailOffset);

    /// <summary>Hands everything on to where it goes.</summary>
    void Flush();
}
