using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.RocksDb.Tests.Databases;
using WalParser.Transactions;
using WalParser.WalSets;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>The result of RocksDB's recovery as the reader under test predicts it.</summary>
internal static class OurRecovery
{
    /// <summary>Reads the recovery view of a folder, and applies the replayed operations to the content of the table files.</summary>
    public static async Task<OpenedDatabase> ReadAsync(string folder, WalRecoveryMode mode, TableContent tables)
    {
        using var blobs = new BlobResolver(folder);
        var content = new KeyValues(tables, blobs);
        var transactions = new TransactionAssembler { ReturnsRestoredValues = true };
        List<string> story = [];
        WalSet set = await WalSet.OpenAsync(folder);
        await using RecoveryReader reader = RecoveryReader.Open(set, mode);
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    Replay(reader, transactions, content);
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    story.Add(reader.Finding.ToString());
                    break;
                case WalSetEntryKind.LogFinding:
                    story.Add($"{reader.File.Name}: {reader.Finding}");
                    break;
                case WalSetEntryKind.OldRecord:
                    story.Add($"{reader.File.Name}: old record");
                    break;
                case WalSetEntryKind.SequenceFinding:
                    story.Add($"{reader.File.Name}: {reader.SequenceFinding}");
                    break;
            }
        }

        RecoveryResult result = reader.Result;

        // A transaction that was not prepared when the process ended is rolled back on opening
        // (WriteUnpreparedTxnDB::RollbackRecoveredTransaction).
        int unprepared = transactions.ListPrepared().Count(transaction => transaction.Outcome == TransactionOutcome.LeftUnprepared);
        return new OpenedDatabase(result.Outcome, string.Join(" | ", story))
        {
            LastSequence = result.LastSequence ?? 0,
            Prepared = transactions.PreparedCount - unprepared,
            Families = content.Scan(),
        };
    }

    private static void Replay(RecoveryReader reader, TransactionAssembler transactions, KeyValues content)
    {
        WriteBatch batch = reader.Batch;
        foreach (CommittedOperation committed in transactions.Process(ref batch, reader.Record.Offset))
        {
            if (committed.Operation.HasKey && reader.IsReplayed(committed.Operation.ColumnFamily))
            {
                // RocksDB takes keys for which the log declares no timestamps for keys without timestamps, and appends the smallest one
                // (TimestampRecoveryHandler in util/udt_util.cc). The reader says so in its note, and shows the keys as they were written.
                bool isExtended = !committed.Operation.Timestamp.IsEmpty
                    && reader.Record.TimestampSizes[committed.Operation.ColumnFamily] == 0;
                content.Apply(committed.Operation, isExtended);
            }
        }
    }
}
