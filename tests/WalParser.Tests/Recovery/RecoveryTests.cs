using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Recovery;

/// <summary>
/// Each rule of recovery, with a small database: the batches that are replayed in each mode, and the problems that are reported in
/// point-in-time recovery. RocksDB's own <c>ldb</c> confirms the results.
/// </summary>
public class RecoveryTests
{
    private const string Refused = "refused";

    /// <param name="Write">Writes the WALs.</param>
    /// <param name="Tolerant">
    /// The sequence numbers of the batches that are replayed if a corrupted tail is tolerated, or <see cref="Refused"/>.
    /// </param>
    /// <param name="Absolute">The same for absolute consistency.</param>
    /// <param name="PointInTime">The same for point-in-time recovery.</param>
    /// <param name="Skipping">The same if all corrupted records are skipped.</param>
    /// <param name="Findings">The problems that are reported in point-in-time recovery.</param>
    private sealed record Case(
        Action<TempDatabase> Write, string Tolerant, string Absolute, string PointInTime, string Skipping, params string[] Findings);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["undamaged logs"] = new(
            d => Write(d, (20, [1, 2]), (23, [3])),
            "1 2 3", "1 2 3", "1 2 3", "1 2 3"),
        ["a torn end of the last log"] = new(
            d => Write(d, (20, [1, 2]), (23, [3])).Cut("000023.log", 3),
            "1 2", Refused, "1 2", "1 2", "000023.log RecoveryStopped"),
        ["a torn end of a log in the middle"] = new(
            d => Write(d, (20, [1, 2]), (23, [3])).Cut("000020.log", 3),
            "1 3", Refused, "1", "1 3", "000020.log RecoveryStopped", "000023.log WalNotReplayed"),
        ["a torn end, and a log that continues exactly"] = new(
            d => Write(d, (20, [1, 2]), (23, [2, 3])).Cut("000020.log", 3),
            "1 2 3", Refused, "1 2 3", "1 2 3", "000020.log RecoveryStopped", "000023.log RecoveryResumed"),
        ["a torn end, an empty log, and one that continues exactly"] = new(
            d => Write(d, (20, [1, 2]), (23, []), (26, [2])).Cut("000020.log", 3),
            "1 2", Refused, "1 2", "1 2", "000020.log RecoveryStopped", "000026.log RecoveryResumed"),
        ["damage in the middle of a log"] = new(
            d => Write(d, (20, [1, 2, 3]), (23, [4])).Flip("000020.log", Size + 20),
            Refused, Refused, "1", "1 4", "000020.log RecoveryStopped", "000023.log WalNotReplayed"),
        ["damage, a log that does not continue, one that does"] = new(
            d => Write(d, (20, [1, 2]), (23, [5]), (26, [2, 3])).Flip("000020.log", Size + 20),
            Refused, Refused, "1 2 3", Refused, "000020.log RecoveryStopped", "000023.log WalNotReplayed", "000026.log RecoveryResumed"),
        ["damage before a log's first batch, while stopped"] = new(
            d => Write(d, (20, [1, 2]), (23, [2, 3]), (26, [2])).Flip("000020.log", Size + 20).Flip("000023.log", 20),
            Refused, Refused, "1 2", "1 2", "000020.log RecoveryStopped", "000023.log RecoveryStopped", "000026.log RecoveryResumed"),
        ["a gap between logs"] = new(
            d => Write(d, (20, [1]), (23, [5])),
            "1 5", "1 5", "1 5", "1 5"),
        ["a record too small for a batch"] = new(
            d => d.WriteLog("000020.log", Batch(1), new byte[5], Batch(2)),
            Refused, Refused, "1", "1 2", "000020.log RecoveryStopped"),
        ["a damaged batch"] = new(
            d => d.WriteLog("000020.log", Batch(1), [.. Batch(2), 0x7A], Batch(3)),
            Refused, Refused, Refused, Refused, "000020.log OpenRefused"),
        ["a damaged batch in a log that would be skipped"] = new(
            d =>
            {
                Write(d, (20, [1, 2])).Cut("000020.log", 3);
                d.WriteLog("000023.log", [[.. Batch(7), 0x7A]]);
            },
            Refused, Refused, Refused, Refused, "000020.log RecoveryStopped", "000023.log OpenRefused"),
        ["old records at the end of a log, and a log that continues"] = new(
            d =>
            {
                d.Write("000020.log", [.. TempDatabase.LogOf([Batch(1), Batch(2)], 20), .. TempDatabase.LogOf([Batch(1)], 18)]);
                Write(d, (23, [3]));
            },
            "1 2 3", "1 2 3", "1 2 3", "1 2 3"),
        ["old records at the end of a log, and a log that does not continue"] = new(
            d =>
            {
                d.Write("000020.log", [.. TempDatabase.LogOf([Batch(1), Batch(2)], 20), .. TempDatabase.LogOf([Batch(1)], 18)]);
                Write(d, (23, [5]));
            },
            "1 2 5", "1 2 5", "1 2", "1 2 5", "000023.log WalNotReplayed"),
        ["zeros at a log's end"] = new(
            d =>
            {
                d.Write("000020.log", [.. TempDatabase.LogOf([Batch(1)]), .. new byte[100]]);
                Write(d, (23, [2]));
            },
            "1 2", "1 2", "1 2", "1 2"),
        ["an archived log that is not obsolete"] = new(
            d =>
            {
                Write(d, (23, [2]));
                d.WriteLog("archive/000020.log", Batch(1));
            },
            "2", "2", "2", "2", "archive/000020.log WalNotReplayed"),
        ["an obsolete log"] = new(
            d =>
            {
                Write(d, (20, [2]));
                d.WriteLog("000003.log", Batch(1));
            },
            "2", "2", "2", "2", "000003.log ObsoleteWal"),
    };

    /// <summary>
    /// The cases that RocksDB 7.8, which may be the version of <c>ldb</c>, handles differently: it does not stop at old records and accepts
    /// numbers that are set back, but later versions do not.
    /// </summary>
    private static readonly string[] Newer =
    [
        "old records at the end of a log, and a log that does not continue",
        "damage, a log that does not continue, one that does",
    ];

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string> NamesForLdb => [.. Cases.Keys.Except(Newer)];

    private static readonly int Size = TempDatabase.LogOf([Batch(1)]).Length;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_batches_of_each_mode_are_replayed(string name)
    {
        Case tested = Cases[name];
        using TempDatabase database = RecoveryOracleTests.CopyWithoutLogs("types");
        tested.Write(database);
        string[] expected = [tested.Tolerant, tested.Absolute, tested.PointInTime, tested.Skipping];
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            (string replayed, List<string> problems, RecoveryReader reader) = await ReplayAsync(database.Path, mode);
            Assert.Equal((mode, expected[(int)mode]), (mode, reader.IsRefused ? Refused : replayed));
            Assert.Equal(mode, reader.Mode);
            if (mode == WalRecoveryMode.PointInTimeRecovery)
            {
                Assert.Equal(tested.Findings, problems);
                Assert.Equal(
                    !reader.IsRefused
                        && problems.Exists(
                            problem => problem.EndsWith("Stopped", StringComparison.Ordinal) || problem is "000023.log WalNotReplayed")
                        && !problems[^1].EndsWith("Resumed", StringComparison.Ordinal),
                    !reader.IsRefused && reader.IsStopped);
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(NamesForLdb))]
    public async Task RocksDB_replays_the_same_batches(string name)
    {
        using TempDatabase database = RecoveryOracleTests.CopyWithoutLogs("types");
        Cases[name].Write(database);
        await RecoveryOracleTests.CompareAsync(database, name);
    }

    /// <summary>RocksDB's <c>ldb</c> fails for each of these.</summary>
    [Theory]
    [InlineData("CURRENT", null)]
    [InlineData("CURRENT", "MANIFEST-000099\n")]
    [InlineData("MANIFEST-000005", "no MANIFEST at all")]
    public async Task A_database_without_a_valid_MANIFEST_is_refused(string file, string? content)
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/families"));
        database.Delete(file);
        if (content is not null)
        {
            database.Write(file, System.Text.Encoding.ASCII.GetBytes(content));
        }

        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path));
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalSetEntryKind.DatabaseFinding, reader.Kind);
        }

        Assert.True(reader.IsRefused);
    }

    /// <summary>RocksDB 7.8, which may be the version of <c>ldb</c>, does not check sequence numbers, but later versions do.</summary>
    [Fact]
    public async Task A_sequence_number_over_the_maximum_is_damage()
    {
        using TempDatabase database = RecoveryOracleTests.CopyWithoutLogs("types");
        database.WriteLog("000020.log", Batch(1), Batch(1UL << 56), Batch(2));
        database.WriteLog("000023.log", [Batch(2)]);
        Assert.True((await ReplayAsync(database.Path, WalRecoveryMode.TolerateCorruptedTailRecords)).Reader.IsRefused);
        Assert.True((await ReplayAsync(database.Path, WalRecoveryMode.AbsoluteConsistency)).Reader.IsRefused);
        Assert.Equal("1 2", (await ReplayAsync(database.Path, WalRecoveryMode.PointInTimeRecovery)).Replayed);
        Assert.Equal("1 2 2", (await ReplayAsync(database.Path, WalRecoveryMode.SkipAnyCorruptedRecords)).Replayed);
    }

    /// <summary>The mode is that of the newest OPTIONS file or, without one, RocksDB's default.</summary>
    [Theory]
    [InlineData(
        "000007",
        "wal_recovery_mode=kAbsoluteConsistency",
        "000013",
        "wal_recovery_mode=kSkipAnyCorruptedRecords",
        WalRecoveryMode.SkipAnyCorruptedRecords)]
    [InlineData(
        "000100", "  wal_recovery_mode=kTolerateCorruptedTailRecords\r", "000013", "", WalRecoveryMode.TolerateCorruptedTailRecords)]
    [InlineData("000100", "wal_recovery_mode=k7", "000013", "wal_recovery_mode=kAbsoluteConsistency", WalRecoveryMode.PointInTimeRecovery)]
    [InlineData(
        "000100.dbtmp",
        "wal_recovery_mode=kAbsoluteConsistency",
        "",
        "wal_recovery_mode=kAbsoluteConsistency",
        WalRecoveryMode.PointInTimeRecovery)]
    public async Task The_mode_is_read_from_OPTIONS(
        string first, string firstText, string second, string secondText, WalRecoveryMode expected)
    {
        using var database = new TempDatabase();
        database.Write("OPTIONS-" + first, System.Text.Encoding.UTF8.GetBytes("[DBOptions]\n" + firstText + "\n"));
        database.Write("OPTIONS-" + second, System.Text.Encoding.UTF8.GetBytes(secondText));
        database.WriteLog("000020.log", [Batch(1)]);
        WalSet set = await WalSet.OpenAsync(database.Path);
        await using RecoveryReader reader = RecoveryReader.Open(set);
        Assert.Equal(expected, reader.Mode);
    }

    /// <summary>
    /// Operations on column families that were dropped, or whose data is already in table files, are read but not replayed.
    /// </summary>
    [Fact]
    public async Task Operations_on_flushed_or_dropped_column_families_are_not_replayed()
    {
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(TestFiles.Committed("rocksdb/families")));
        Dictionary<uint, bool> replayed = [];
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.Record)
            {
                foreach (WriteBatchOperation operation in reader.Batch)
                {
                    if (operation.HasKey)
                    {
                        replayed[operation.ColumnFamily] = reader.IsReplayed(operation.ColumnFamily);
                    }
                }
            }
        }

        DatabaseFolder folder = await DatabaseFolder.OpenAsync(TestFiles.Committed("rocksdb/families"));
        Assert.NotEmpty(replayed);
        Assert.Contains(folder.Manifest!.ColumnFamilies, family => family.IsDropped);
        foreach ((uint id, bool isReplayed) in replayed)
        {
            Assert.True(folder.Manifest.TryGetColumnFamily(id, out var family));
            Assert.Equal(!family.IsDropped && family.LogNumber <= 14, isReplayed);
        }
    }

    private static async Task<(string Replayed, List<string> Findings, RecoveryReader Reader)> ReplayAsync(
        string path, WalRecoveryMode mode)
    {
        List<string> batches = [];
        List<string> problems = [];
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(path), mode);
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    batches.Add(reader.Batch.Sequence.ToString(CultureInfo.InvariantCulture));
                    break;
                case WalSetEntryKind.DatabaseFinding:
                    problems.Add($"{reader.Finding.File} {reader.Finding.Kind}");
                    break;
            }
        }

        return (string.Join(' ', batches), problems, reader);
    }

    /// <summary>Returns a batch with a put whose key and value contain the sequence number.</summary>
    private static byte[] Batch(ulong sequence) =>
        new BatchBuilder().Put([(byte)'k', (byte)sequence], [(byte)'v', (byte)sequence]).Build(sequence).ToArray();

    private static TempDatabase Write(TempDatabase database, params (ulong Number, ulong[] Batches)[] logs)
    {
        foreach ((ulong number, ulong[] batches) in logs)
        {
            database.WriteLog(WalFileName.Of(number), batches.Select(Batch));
        }

        return database;
    }
}
