using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.RocksDb.Tests.Databases;
using WalParser.WalSets;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>A report of the reader under test that something is wrong.</summary>
/// <param name="What">The message.</param>
/// <param name="SequenceFinding">The break in the sequence numbers, if it is one.</param>
/// <param name="Finding">The problem with the WALs, if it is one.</param>
/// <param name="EmptyRangesBefore">The number of empty range deletions before it.</param>
/// <param name="IsAtFirstNeededWal">Whether it lies between WALs that are no longer needed according to the MANIFEST and the first WAL that
/// is needed.</param>
/// <param name="Recipe">The recipe of the database.</param>
internal sealed record Alarm(
    string What, SequenceFinding? SequenceFinding, Finding? Finding, int EmptyRangesBefore, bool IsAtFirstNeededWal, Recipe Recipe)
{
    /// <summary>Returns the reports of the reader about a folder with all its WALs, as <c>verify</c> and <c>gaps</c> show them.</summary>
    public static async Task<List<Alarm>> ReadAsync(string folder, Recipe recipe)
    {
        DatabaseFolder database = await DatabaseFolder.OpenAsync(folder);
        ulong needed = database.Manifest!.ColumnFamilies.Where(family => !family.IsDropped).Min(family => family.LogNumber);
        string? firstNeeded = database.Wals.Any(wal => wal.LogNumber < needed)
            ? database.Wals.FirstOrDefault(wal => wal.LogNumber >= needed)?.Name
            : null;
        List<Alarm> alarms = [];
        int emptyRanges = 0;
        var set = new WalSet(database);
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    emptyRanges += EmptyRangesOf(reader.Batch);
                    break;
                case WalSetEntryKind.LogFinding:
                    Add(reader.Finding.ToString(), reader.File.Name);
                    break;
                case WalSetEntryKind.SequenceFinding:
                    Add(reader.SequenceFinding.ToString(), reader.File.Name, found: reader.SequenceFinding);
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    Add(reader.Finding.Reason, reader.Finding.File!, reader.Finding);
                    break;
            }
        }

        return alarms;

        void Add(string what, string file, Finding? problem = null, SequenceFinding? found = null) =>
            alarms.Add(new Alarm($"{file}: {what}", found, problem, emptyRanges, file == firstNeeded, recipe));
    }

    public override string ToString() => What;

    private static int EmptyRangesOf(WriteBatch batch)
    {
        int count = 0;
        foreach (WriteBatchOperation operation in batch)
        {
            count += operation.Type == OperationType.DeleteRange && operation.Key.SequenceEqual(operation.EndKey) ? 1 : 0;
        }

        return count;
    }
}
