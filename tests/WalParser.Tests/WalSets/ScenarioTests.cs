using System.Globalization;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>All folders that real servers left: what lies in them is what RocksDB itself read from them.</summary>
public class ScenarioTests
{
    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    /// <summary>The records as RocksDB read them, in their order.</summary>
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
                case WalSetEntryKind.Break:
                    others.Add(entry.Break.ToString());
                    break;
                case WalSetEntryKind.Corruption when !entry.Corruption.LooksStale:
                    others.Add(entry.Corruption.ToString());
                    break;
                case WalSetEntryKind.Problem:
                    others.Add(entry.Problem.ToString());
                    break;
            }
        }

        Assert.Equal(Expected(scenario), records);
        Assert.Empty(others);

        // The folder says what the families are called, also those that are gone.
        Assert.Empty(set.Folder!.Problems);
        Assert.All(families, family => Assert.True(set.Folder.Manifest!.TryGetColumnFamily(family, out ManifestColumnFamily? known) && known.Name.Length > 0));
        Assert.Equal(set.Files.OrderBy(file => file.LogNumber), set.Files);
    }

    /// <summary>An iterator from the beginning gives every batch, and one from any of them on gives the rest.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Updates_from_any_batch_on_are_the_rest(string scenario)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.PathOf(scenario));
        await using WalUpdates updates = set.OpenIterator();
        List<(string Line, ulong Sequence, ulong Next)> all = [];
        while (await updates.MoveNextAsync())
        {
            Assert.Null(updates.Current.Break);
            all.Add((LineOf(updates.Current.File, updates.Current.Record), updates.Current.Batch.Sequence, updates.NextSequence));
        }

        Assert.Equal(Expected(scenario), all.Select(batch => batch.Line));
        foreach (int index in Enumerable.Range(0, 6).Select(i => i * (all.Count - 1) / 5))
        {
            // The first batch that ends behind the number holds it.
            ulong sought = all[index].Sequence;
            int first = all.FindIndex(batch => batch.Next > sought);
            await updates.SeekAsync(sought);
            Assert.Equal(sought, updates.NextSequence);
            List<string> rest = [];
            while (await updates.MoveNextAsync())
            {
                Assert.Null(updates.Current.Break);
                rest.Add(LineOf(updates.Current.File, updates.Current.Record));
            }

            Assert.Equal(first < 0 ? [] : all.Skip(first).Select(batch => batch.Line), rest);
        }
    }

    /// <summary>
    /// Opening these databases loses nothing, in any mode: what is not obsolete is replayed. The newest end of a recycled log may lie on the middle of an old record:
    /// that is damage to RocksDB, at which point-in-time recovery stops and absolute consistency refuses (which is why it does not go with recycling).
    /// </summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Recovery_replays_what_is_needed(string scenario)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.PathOf(scenario));
        ManifestState manifest = set.Folder!.Manifest!;
        ulong needed = Math.Max(
            manifest.MinLogNumberToKeep ?? 0, manifest.ColumnFamilies.Where(family => !family.IsDropped).Min(family => family.LogNumber));
        string[] live = [.. set.Files.Where(file => file.LogNumber >= needed || scenario.Contains("2pc", StringComparison.Ordinal)).Select(file => file.Name)];
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            bool hasStaleTail = false;
            List<string> records = [];
            List<DatabaseProblem> problems = [];
            await using RecoveryReader reader = RecoveryReader.Open(set, mode);
            while (await reader.ReadAsync())
            {
                switch (reader.Kind)
                {
                    case WalSetEntryKind.Record:
                        records.Add(LineOf(reader.File, reader.Record));
                        break;
                    case WalSetEntryKind.Problem when reader.Problem.Kind != DatabaseProblemKind.ObsoleteWal:
                        problems.Add(reader.Problem);
                        break;
                    case WalSetEntryKind.Corruption:
                        Assert.True(reader.Corruption.LooksStale);
                        hasStaleTail = true;
                        break;
                }
            }

            Assert.Equal(hasStaleTail && mode == WalRecoveryMode.AbsoluteConsistency, reader.IsRefused);
            Assert.Equal(hasStaleTail && mode == WalRecoveryMode.PointInTimeRecovery, reader.IsStopped);
            Assert.Equal(reader.IsRefused || reader.IsStopped ? 1 : 0, problems.Count);
            Assert.Equal(Expected(scenario).Where(line => live.Any(name => line.StartsWith(Path.GetFileName(name), StringComparison.Ordinal))), records);
        }
    }

    private static string LineOf(WalFile file, WalRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileName(file.Name)} {record.Offset} {record.Payload.Length} {record.ComputeCrc32C():x8} {new WriteBatch(record).Sequence} {new WriteBatch(record).Count}");
}
