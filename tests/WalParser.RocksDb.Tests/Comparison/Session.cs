using System.Globalization;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDb.Tests.Known;
using WalParser.RocksDbProcess.Protocol;
using WalParser.WalSets;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>Creates intact and damaged databases, and compares the results of the reader under test with those of RocksDB.</summary>
/// <param name="child">RocksDB.</param>
/// <param name="keep">The folder for copies of databases with unexplained differences, or null to keep none.</param>
internal sealed class Session(RocksDbChild child, string? keep = null)
{
    private static readonly WalRecoveryMode[] Modes = Enum.GetValues<WalRecoveryMode>();

    /// <summary>The counts of comparisons and differences.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Creates and compares a database, and then damages and compares copies of it.</summary>
    /// <param name="recipe">The kind of database.</param>
    /// <param name="seed">The seed of all random choices.</param>
    /// <param name="damagedCopies">The number of damaged copies.</param>
    public async Task RunAsync(Recipe recipe, int seed, int damagedCopies)
    {
        var random = new Random(seed);
        string circumstances = string.Create(CultureInfo.InvariantCulture, $"{recipe.Name} {seed}");
        using MadeDatabase database = MadeDatabase.Make(child, recipe, random);
        Tally.Databases++;
        string soundCircumstances = $"{circumstances}, sound";
        await CompareUpdatesAsync(database, soundCircumstances);
        await CompareAlarmsAsync(database, soundCircumstances);
        await CompareOpeningsAsync(database, database.Folder, soundCircumstances);
        for (int i = 0; i < damagedCopies; i++)
        {
            using ScratchFolder copy = ScratchFolder.CopyOf(database.Folder);
            if (await Damage.InflictAsync(copy.Path, random) is { } what)
            {
                Tally.DamagedDatabases++;
                await CompareOpeningsAsync(database, copy.Path, $"{circumstances}, copy {i}, {what}");
            }
        }
    }

    /// <summary>Compares the opening of a folder in all recovery modes.</summary>
    public async Task<List<OpeningComparison>> CompareAsync(Recipe recipe, string folder, TableContent tables)
    {
        WalFacts facts = await WalFacts.ReadAsync(folder);
        List<OpeningComparison> comparisons = [];
        foreach (WalRecoveryMode mode in Modes)
        {
            OpenedDatabase ours = await OurRecovery.ReadAsync(folder, mode, tables);
            OpenedDatabase theirs = TheirRecovery.Open(child, recipe, folder, mode);
            comparisons.Add(new OpeningComparison(mode, ours, theirs, facts));
        }

        return comparisons;
    }

    private async Task CompareOpeningsAsync(MadeDatabase database, string folder, string circumstances)
    {
        foreach (OpeningComparison comparison in await CompareAsync(database.Recipe, folder, database.Tables))
        {
            Tally.CountOpening(comparison.Theirs.Outcome);
            Tally.Keys += comparison.Theirs.KeyCount;
            if (comparison.Difference is not { } difference)
            {
                continue;
            }

            if (KnownMismatches.Explain(comparison) is { } known)
            {
                Tally.CountKnown(known.Name);
                continue;
            }

            Report(folder, circumstances, $"{comparison.Mode}: {difference}");
        }
    }

    /// <summary>Checks that the reader reports nothing but notes about an intact database.</summary>
    private async Task CompareAlarmsAsync(MadeDatabase database, string circumstances)
    {
        foreach (Finding alarm in await Alarm.ReadAsync(database.Folder))
        {
            Report(database.Folder, circumstances, alarm.ToString());
        }
    }

    /// <summary>
    /// Checks that RocksDB's batches equal those of the reader, one by one. RocksDB's iterator ends where the sequence numbers of a batch
    /// do not follow the previous batch: after writes outside the WAL, and after the prepared section of a write-committed transaction,
    /// which has a count and uses no numbers. When it is restarted after that, it leaves out batches.
    /// </summary>
    private async Task CompareUpdatesAsync(MadeDatabase database, string circumstances)
    {
        if (database.Made.UpdatesError is { } error)
        {
            Tally.WithoutUpdates[error] = Tally.WithoutUpdates.GetValueOrDefault(error) + 1;
        }

        bool leavesOut = database.Recipe is { Database: DatabaseKind.WriteCommitted };
        WalSet set = await WalSet.OpenAsync(database.Folder);
        await using WalUpdates updates = set.OpenIterator();
        foreach (Update theirs in database.Made.Updates)
        {
            bool isFound = await updates.MoveNextAsync();
            while (leavesOut && isFound && !IsSame(updates.Current, theirs))
            {
                Tally.LeftOut++;
                isFound = await updates.MoveNextAsync();
            }

            if (!isFound || !IsSame(updates.Current, theirs))
            {
                string ours = isFound
                    ? Described(updates.Current.Batch.Sequence, updates.Current.Batch.Count, updates.Current.Record.Payload.Length)
                    : "missing";
                string described = Described(theirs.Sequence, (uint)theirs.Count, theirs.Bytes.Length);
                Report(database.Folder, circumstances, $"the batch with {described} is {ours}");
                return;
            }

            Tally.Batches++;
        }

        // RocksDB's iterator stops at the last sequence number. It does not return batches at the end that use no sequence number.
        while (database.Made.UpdatesError is null && !leavesOut && await updates.MoveNextAsync())
        {
            if (updates.Current.Batch.Count == 0)
            {
                continue;
            }

            Report(database.Folder, circumstances, $"RocksDB's updates end before the batch at {updates.Current.Batch.Sequence}");
            return;
        }
    }

    private static bool IsSame(WalUpdate ours, Update theirs) =>
        ours.Batch.Sequence == theirs.Sequence && ours.Batch.Count == theirs.Count && ours.Record.Payload.SequenceEqual(theirs.Bytes);

    private static string Described(ulong sequence, uint count, int size) =>
        string.Create(CultureInfo.InvariantCulture, $"sequence number {sequence}, {count} operations, {size} bytes");

    private void Report(string folder, string circumstances, string what)
    {
        Tally.AddUnexplained($"{circumstances}, {what}");
        if (keep is null)
        {
            return;
        }

        string name = string.Concat(circumstances.Split(',', 3)[..2]).Replace(' ', '-');
        string target = Directory.CreateDirectory(Path.Combine(keep, name)).FullName;
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            File.WriteAllBytes(Path.Combine(target, Path.GetFileName(path)), File.ReadAllBytes(path));
        }
    }
}
