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
    public static async Task<RecoveryResult> ReadAsync(string folder, WalRecoveryMode mode, TableContent tables)
    {
        using var blobs = new BlobResolver(folder);
        var content = new KeyValues(tables, blobs);
        var transactions = new TransactionAssembler();
        List<string> story = [];
        ulong next = 0;
        WalSet set = await WalSet.OpenAsync(folder);
        await using RecoveryReader reader = RecoveryReader.Open(set, mode);
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    Replay(reader, transactions, content);
                    next = reader.LikelyNextSequence;
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

        string reason = string.Join(" | ", story);
        RecoveryOutcome outcome = !reader.IsRefused ? RecoveryOutcome.Opens
            : story[^1].Contains("without end", StringComparison.Ordinal) ? RecoveryOutcome.Loops
            : RecoveryOutcome.Refuses;

        // A transaction that was not prepared when the process ended is rolled back on opening, which uses one sequence number for each of
        // its sections
        // (WriteUnpreparedTxnDB::RollbackRecoveredTransaction).
        Transaction[] unprepared =
            [.. transactions.ListPrepared().Where(transaction => transaction.Outcome == TransactionOutcome.LeftUnprepared)];
        ulong rollbacks = (ulong)unprepared.Sum(transaction => transaction.Sections);
        return new RecoveryResult(outcome, reason)
        {
            LastSequence = Math.Max(tables.LastSequence, next == 0 ? 0 : next - 1) + rollbacks,
            Prepared = transactions.PreparedCount - unprepared.Length,
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
