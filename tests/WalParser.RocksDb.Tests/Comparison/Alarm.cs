using WalParser.Batches;
using WalParser.Files;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>Something that the reader under test calls wrong.</summary>
/// <param name="What">What it says.</param>
/// <param name="Break">The break in the sequence numbers, if it is one.</param>
/// <param name="Problem">The problem with the WALs, if it is one.</param>
/// <param name="EmptyRangesBefore">How many range deletions before it begin where they end.</param>
/// <param name="HasObsoleteWals">Whether there are WALs that the MANIFEST says are no longer needed.</param>
internal sealed record Alarm(string What, SequenceBreak? Break, DatabaseProblem? Problem, int EmptyRangesBefore, bool HasObsoleteWals)
{
    /// <summary>What the reader says of a folder with all its WALs, as <c>verify</c> and <c>gaps</c> show it.</summary>
    public static async Task<List<Alarm>> ReadAsync(string folder)
    {
        DatabaseFolder database = await DatabaseFolder.OpenAsync(folder);
        ulong needed = database.Manifest!.ColumnFamilies.Where(family => !family.IsDropped).Min(family => family.LogNumber);
        bool hasObsoleteWals = database.Wals.Any(wal => wal.LogNumber < needed);
        List<Alarm> alarms = [];
        int emptyRanges = 0;
        var set = new WalSet(database);
        await using WalSetReader reader = set.ReadEverything();
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    emptyRanges += EmptyRangesOf(reader.Batch);
                    break;
                case WalSetEntryKind.Corruption:
                    alarms.Add(new Alarm($"{reader.File.Name}: {reader.Corruption}", null, null, emptyRanges, hasObsoleteWals));
                    break;
                case WalSetEntryKind.Break:
                    alarms.Add(new Alarm($"{reader.File.Name}: {reader.Break}", reader.Break, null, emptyRanges, hasObsoleteWals));
                    break;
                case WalSetEntryKind.Problem:
                    alarms.Add(new Alarm(reader.Problem.ToString(), null, reader.Problem, emptyRanges, hasObsoleteWals));
                    break;
            }
        }

        return alarms;
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
