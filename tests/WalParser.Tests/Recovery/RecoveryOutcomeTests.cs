using System.Buffers.Binary;
using System.Text;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Recovery;

/// <summary>
/// What RocksDB 11.12 does on opening small handmade databases, in each mode. The expectations are RocksDB's own results, from the native
/// library of the package that <c>WalParser.RocksDb.Tests</c> uses.
/// </summary>
public partial class RecoveryOutcomeTests
{
    private sealed record Case(byte[][] Log, byte[][]? Second, params string[] Expected)
    {
        public (string From, string To)? Option { get; init; }
    }

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_outcome_is_that_of_RocksDB(string name)
    {
        Case tested = Cases[name];
        using TempDatabase database = DatabaseWithout(tested.Option);
        database.Write("000010.log", [.. tested.Log.SelectMany(part => part)]);
        if (tested.Second is { } second)
        {
            database.Write("000011.log", [.. second.SelectMany(part => part)]);
        }

        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            string expected = tested.Expected[tested.Expected.Length == 1 ? 0 : (int)mode];
            Assert.StartsWith($"{mode} {expected}", $"{mode} {await OutcomeOfAsync(database.Path, mode)}");
        }
    }

    [Theory]
    [InlineData(RocksDbRelease.V10, "refuses: Opening an existing DB with no WAL files")]
    [InlineData(RocksDbRelease.V8, "opens 0:")]
    public async Task A_database_that_tracks_its_WALs_must_have_one(RocksDbRelease release, string expected)
    {
        using TempDatabase database = DatabaseWithout(("track_and_verify_wals=false", "track_and_verify_wals=true"));
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            Assert.Equal(expected, await OutcomeOfAsync(database.Path, mode, release));
        }
    }

    /// <summary>What was replayed is not visible, which is said.</summary>
    [Fact]
    public async Task A_replay_that_is_not_visible_is_a_loss()
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. Record(Max - 1, Put("x"))]);
        Finding finding = Assert.Single(await FindingsOfAsync(database.Path));
        Assert.Equal((FindingKind.InvisibleReplay, FindingSeverity.Loss), (finding.Kind, finding.Severity));
    }

    /// <summary>RocksDB says nothing about what it does not read behind such a fragment.</summary>
    [Fact]
    public async Task A_type_that_RocksDB_takes_for_its_own_code_is_a_loss()
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. Fragment(132), .. C]);
        Finding finding = Assert.Single(await FindingsOfAsync(database.Path));
        Assert.Equal((FindingKind.CollidingRecordType, FindingSeverity.Loss), (finding.Kind, finding.Severity));
        Assert.StartsWith($"000010.log, offset {A.Length}: RocksDB takes a fragment of type 132", finding.ToString());
    }

    /// <summary>The rest of a batch that is inserted in part is not in the view; the batch has the reason.</summary>
    [Fact]
    public async Task A_batch_that_is_inserted_in_part_ends_with_the_reason()
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", Record(1, Put("x"), Range("z", "a"), Put("y")));
        await using RecoveryReader reader =
            RecoveryReader.Open(await WalSet.OpenAsync(database.Path), WalRecoveryMode.SkipAnyCorruptedRecords);
        while (await reader.ReadAsync() && reader.Kind != WalSetEntryKind.Record)
        {
        }

        WriteBatch batch = reader.Batch;
        List<string> keys = [];
        foreach (WriteBatchOperation operation in batch)
        {
            keys.Add(Encoding.UTF8.GetString(operation.Key));
        }

        Assert.Equal(["x"], keys);
        Assert.Equal(FindingKind.ReversedRange, batch.Finding?.Kind);
        Assert.Equal("end key comes before start key", reader.BatchFinding?.Reason);
    }

    /// <summary>Where damage does not end recovery, a record that is dropped is reported.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_that_is_dropped_is_named(bool isSmall)
    {
        using TempDatabase database = DatabaseWithout(null);
        byte[] dropped = isSmall ? WalBytes.Fragment(Full, [1]) : Record(Max + 1, Put("x"));
        database.Write("000010.log", [.. A, .. dropped, .. C]);
        Assert.Equal("opens 2: a c", await OutcomeOfAsync(database.Path, WalRecoveryMode.SkipAnyCorruptedRecords));
        Finding finding = Assert.Single(await FindingsOfAsync(database.Path, WalRecoveryMode.SkipAnyCorruptedRecords));
        Assert.Equal(
            (isSmall ? FindingKind.BatchTooSmall : FindingKind.SequenceTooLarge, FindingSeverity.Damage, "000010.log", A.Length),
            (finding.Kind, finding.Severity, finding.File, finding.Offset));
    }

    /// <summary>What an earlier use of a recycled log left at its end is its ordinary end, in every mode in which RocksDB opens it.</summary>
    [Theory]
    [InlineData("rocksdb/recycled")]
    [InlineData("rocksdb/recycled-zstd")]
    [InlineData("rocksdb/predecessor-recycled")]
    public async Task A_stale_tail_is_no_loss(string name)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed(name));
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>().Where(mode => mode != WalRecoveryMode.AbsoluteConsistency))
        {
            List<Finding> findings = [];
            await using RecoveryReader reader = RecoveryReader.Open(set, mode);
            while (await reader.ReadAsync())
            {
                if (reader.Kind is WalSetEntryKind.DatabaseFinding or WalSetEntryKind.LogFinding)
                {
                    findings.Add(reader.Finding);
                }
            }

            Assert.All(findings, finding => Assert.Equal(FindingSeverity.Note, finding.Severity));
            Assert.Equal((RecoveryOutcome.Opens, false), (reader.Result.Outcome, reader.IsStopped));
        }
    }

    /// <summary>It is a loss if a record of the log follows it.</summary>
    [Fact]
    public async Task Damage_before_a_record_is_no_stale_tail()
    {
        using TempDatabase database = DatabaseWithout(null);
        byte[] first = WalBytes.RecyclableRecord(10, Batch(1, Put("a")));
        byte[] damaged = WalBytes.RecyclableRecord(9, Batch(2, Put("c")));
        damaged[^1] ^= 1;
        byte[] block = new byte[32768];
        first.CopyTo(block, 0);
        damaged[6] = 0x7F;
        damaged.CopyTo(block, first.Length);
        database.Write("000010.log", [.. block, .. WalBytes.RecyclableRecord(10, Batch(3, Put("d")))]);
        List<Finding> findings = await FindingsOfAsync(database.Path);
        Assert.Contains(findings, finding => finding.Kind == FindingKind.RecoveryStopped);
    }

    /// <summary>Returns the outcome, the last sequence number and the keys of the replayed operations, or the reason.</summary>
    private static async Task<string> OutcomeOfAsync(
        string path, WalRecoveryMode mode, RocksDbRelease release = RocksDbRelease.V11)
    {
        StringBuilder keys = new();
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(path), mode, release);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.Record)
            {
                foreach (WriteBatchOperation operation in reader.Batch)
                {
                    keys.Append(operation.HasKey ? " " + Encoding.UTF8.GetString(operation.Key) : "");
                }
            }
        }

        RecoveryResult result = reader.Result;
        Assert.Equal((mode, release), (result.Mode, result.Release));
        Assert.Equal(result.Outcome != RecoveryOutcome.Opens, reader.IsRefused);
        return result.Outcome switch
        {
            RecoveryOutcome.Opens => $"opens {result.LastSequence}:{keys}",
            RecoveryOutcome.Refuses => "refuses: " + ReasonOf(result),
            RecoveryOutcome.Loops => "loops: " + ReasonOf(result),
            _ => "crashes: " + ReasonOf(result),
        };
    }

    /// <summary>Returns the reason without the file and the offset.</summary>
    private static string ReasonOf(RecoveryResult result) =>
        result.Reason!.StartsWith("0000", StringComparison.Ordinal) ? result.Reason.Split(": ", 2)[1] : result.Reason;

    private static async Task<List<Finding>> FindingsOfAsync(
        string path, WalRecoveryMode mode = WalRecoveryMode.PointInTimeRecovery)
    {
        List<Finding> findings = [];
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(path), mode);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.DatabaseFinding)
            {
                findings.Add(reader.Finding);
            }
        }

        return findings;
    }

    /// <summary>Creates an empty database that OPTIONS describes, with a changed option.</summary>
    private static TempDatabase DatabaseWithout((string From, string To)? option)
    {
        TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("recovery/01-sequence-set-back/db"));
        database.Delete("000010.log");
        if (option is { } changed)
        {
            string text = File.ReadAllText(database.PathOf("OPTIONS-000007"));
            Assert.Contains(changed.From, text);
            database.Write("OPTIONS-000007", Encoding.UTF8.GetBytes(text.Replace(changed.From, changed.To, StringComparison.Ordinal)));
        }

        return database;
    }

    private static byte[] Record(ulong sequence, params byte[][] operations) => WalBytes.Record(Batch(sequence, operations));

    /// <summary>Returns a batch that counts the operations with a key: all but those that begin with another tag.</summary>
    private static byte[] Batch(ulong sequence, params byte[][] operations) =>
        WalBytes.Batch(sequence, (uint)operations.Sum(CountOf), operations);

    private static int CountOf(byte[] operation) => operation[0] is 0x03 or 0x09 or 0x0A or 0x0B ? 0 : 1;

    private static byte[] Put(string key) => WalBytes.Put(key, "v");

    private static byte[] Merge(string key) => [0x02, .. Field(key), .. Field("v")];

    private static byte[] Range(string from, string to) => WalBytes.DeleteRange(from, to);

    private static byte[] TimedPut(string key, string packed) => [0x18, .. Field(key), .. Field(packed)];

    private static byte[] BlobIndex(string key, params byte[] index) => [0x11, .. Field(key), .. WalBytes.Field(index)];

    private static byte[] Field(string text) => WalBytes.Field(Encoding.UTF8.GetBytes(text));

    private static byte[] Commit(string name) => [0x0B, .. Field(name)];

    private static byte[] End(string name) => [0x0A, .. Field(name)];

    private static byte[] Fragment(byte type) => WalBytes.Fragment(type, [1, 2, 3]);

    private static byte[] Predecessor(ulong number, ulong size, ulong sequence)
    {
        byte[] payload = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, number);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(8), size);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(16), sequence);
        return WalBytes.Fragment(PredecessorRecord, payload);
    }

    /// <summary>Returns a record with a prepared section.</summary>
    private static byte[] Section(string name, params byte[][] operations) => Record(2, [[0x09], .. operations, End(name)]);
}
