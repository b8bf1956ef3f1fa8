using System.Globalization;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.Recovery;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>The folders of real servers: the reader returns what RocksDB itself read from them.</summary>
public class ScenarioTests
{
    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    /// <summary>Returns the records as RocksDB read them, in order.</summary>
    private static List<string> Expected(string scenario)
    {
        List<string> records = [];
        string file = "";
        foreach (string line in File.ReadLines(Path.Combine(TestFiles.PathOf(scenario), "operations.jsonl")))
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (json.TryGetProperty("file", out JsonElement name))
            {
                file = Path.GetFileName(name.GetString()!);
            }
            else if (json.TryGetProperty("record", out JsonElement record))
            {
                records.Add(string.Join(' ', file, record.GetProperty("offset"), record.GetProperty("size"), record.GetProperty("crc32c"),
                    record.GetProperty("sequence"), record.GetProperty("count")));
            }
        }

        return records;
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Everything_is_read_as_one_stream(string scenario)
    {
        List<string> records = [];
        List<string> others = [];
        List<ulong> missing = [];
        HashSet<uint> families = [];
        WalSet set = await WalSet.OpenAsync(TestFiles.PathOf(scenario));
        await using WalSetReader reader = set.OpenReader();
        await foreach (WalSetEntry entry in reader.ReadAllAsync())
        {
            switch (entry.Kind)
            {
                case WalSetEntryKind.Record:
                    records.Add(LineOf(entry.File, entry.Record));
                    foreach (WriteBatchOperation operation in reader.Batch)
                    {
                        if (operation.HasKey)
                        {
                            families.Add(operation.ColumnFamily);
                        }
                    }

                    break;
                case WalSetEntryKind.SequenceFinding when entry.SequenceFinding.Kind == FindingKind.SequenceGap:
                    missing.AddRange(NumbersOutsideLogs.In(entry.SequenceFinding));
                    break;
                case WalSetEntryKind.SequenceFinding:
                    others.Add(entry.SequenceFinding.ToString());
                    break;
                case WalSetEntryKind.LogFinding when !entry.Finding.LooksStale:
                    others.Add(entry.Finding.ToString());
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    others.Add(entry.Finding.ToString());
                    break;
            }
        }

        Assert.Equal(Expected(scenario), records);
        Assert.Empty(others);
        Assert.Equal(NumbersOutsideLogs.Of(scenario), missing);

        // The folder has the names of the families, also of dropped ones.
        Assert.Empty(set.Folder!.Findings);
        Assert.All(
            families,
            family => Assert.True(
                set.Folder.Manifest!.TryGetColumnFamily(family, out ManifestColumnFamily? known) && known.Name.Length > 0));
        Assert.Equal(set.Files.OrderBy(file => file.LogNumber), set.Files);
    }

    /// <summary>An iterator from the beginning returns every batch, and one from any batch on returns the rest.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Updates_from_any_batch_are_the_remaining_batches(string scenario)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.PathOf(scenario));
        await using WalUpdates updates = set.OpenIterator();
        List<(string Line, ulong Sequence, ulong Next)> all = [];
        List<ulong> missing = [];
        while (await updates.MoveNextAsync())
        {
            missing.AddRange(MissingIn(updates.Current));
            all.Add((LineOf(updates.Current.File, updates.Current.Record), updates.Current.Batch.Sequence, updates.NextSequence));
        }

        Assert.Equal(Expected(scenario), all.Select(batch => batch.Line));
        Assert.Equal(NumbersOutsideLogs.Of(scenario), missing);
        foreach (int index in Enumerable.Range(0, 6).Select(i => i * (all.Count - 1) / 5))
        {
            // The first batch that ends after the number contains it.
            ulong sought = all[index].Sequence;
            int first = all.FindIndex(batch => batch.Next > sought);
            await updates.SeekAsync(sought);
            Assert.Equal(sought, updates.NextSequence);
            List<string> rest = [];
            missing.Clear();
            while (await updates.MoveNextAsync())
            {
                missing.AddRange(MissingIn(updates.Current));
                rest.Add(LineOf(updates.Current.File, updates.Current.Record));
            }

            Assert.Equal(first < 0 ? [] : all.Skip(first).Select(batch => batch.Line), rest);
            Assert.Equal(NumbersOutsideLogs.Of(scenario).Where(number => number > sought), missing);
        }
    }

    private static IEnumerable<ulong> MissingIn(WalUpdate update)
    {
        Assert.True(update.SequenceFinding is null or { Kind: FindingKind.SequenceGap });
        return NumbersOutsideLogs.In(update.SequenceFinding);
    }

    /// <summary>
    /// Opening these databases loses nothing, in any mode: all logs that are not obsolete are replayed. The newest end of a recycled log
    /// may lie in the middle of an old record. For RocksDB that is damage: point-in-time recovery ends the log there, and absolute
    /// consistency refuses. (Therefore absolute consistency cannot be combined with recycling.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Recovery_replays_what_is_needed(string scenario)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.PathOf(scenario));
        ManifestState manifest = set.Folder!.Manifest!;
        ulong needed = Math.Max(
            manifest.MinLogNumberToKeep ?? 0, manifest.ColumnFamilies.Where(family => !family.IsDropped).Min(family => family.LogNumber));
        string[] live =
        [
            .. set.Files.Where(file => file.LogNumber >= needed || scenario.Contains("2pc", StringComparison.Ordinal))
                .Select(file => file.Name),
        ];
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            bool hasStaleTail = false;
            List<string> records = [];
            List<Finding> problems = [];
            await using RecoveryReader reader = RecoveryReader.Open(set, mode);
            while (await reader.ReadAsync())
            {
                switch (reader.Kind)
                {
                    case WalSetEntryKind.Record:
                        records.Add(LineOf(reader.File, reader.Record));
                        break;
                    case WalSetEntryKind.DatabaseFinding when reader.Finding.Kind != FindingKind.ObsoleteWal:
                        problems.Add(reader.Finding);
                        break;
                    case WalSetEntryKind.LogFinding:
                        Assert.True(reader.Finding.LooksStale);
                        hasStaleTail = true;
                        break;
                }
            }

            Assert.Equal(hasStaleTail && mode == WalRecoveryMode.AbsoluteConsistency, reader.IsRefused);
            Assert.False(reader.IsStopped);
            Assert.Equal(reader.IsRefused ? 1 : 0, problems.Count);
            Assert.Equal(
                Expected(scenario).Where(line => live.Any(name => line.StartsWith(Path.GetFileName(name), StringComparison.Ordinal))),
                records);
        }
    }

    private static string LineOf(WalFile file, WalRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileName(file.Name)} {record.Offset} {record.Payload.Length} {record.ComputeCrc32C():x8} "
            + $"{new WriteBatch(record).Sequence} {new WriteBatch(record).Count}");
}
