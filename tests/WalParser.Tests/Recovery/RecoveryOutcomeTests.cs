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
public class RecoveryOutcomeTests
{
    private const byte Full = 1;
    private const byte First = 2;
    private const byte Last = 4;
    private const byte RecyclableFull = 5;
    private const byte CompressionTypeRecord = 9;
    private const byte TimestampSizeRecord = 10;
    private const byte PredecessorRecord = 130;
    private const ulong Max = WriteBatch.MaxSequence;
    private const string SetBack = "refuses: Sequence number is being set backwards during recovery";
    private const string Loops = "loops: recyclable record in a log that is not recycled";
    private const string Prepared = "refuses: WAL contains prepared transactions. Open with TransactionDB::Open().";
    private const string Corrupted = "refuses: Write batch content corrupted.";
    private const string ShortTimedPut = "crashes: the value of a TimedPut is shorter than its write time";
    private const string BadName = "refuses: Error decoding wide column name";
    private const string NoBatch = "crashes: a transaction is committed whose section ended and did not begin";
    private const string Everything = "opens 3: a c d";

    private static readonly byte[] A = Record(1, Put("a"));
    private static readonly byte[] C = Record(2, Put("c"));
    private static readonly byte[] D = Record(3, Put("d"));
    private static readonly byte[] B = Batch(2, Put("b"));
    private static readonly byte[] BadEntity = [1, 5];

    /// <summary>The cases: logs 10 and 11, changes of OPTIONS (from, to), and the results in the order of the modes.</summary>
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["sound"] = new([A, C], null, "opens 2: a c"),
        ["the last record twice"] = new([A, C, C], null, SetBack),
        ["another key with the same number"] = new([A, C, Record(2, Put("d"))], null, "opens 2: a c d"),
        ["an empty batch that sets back"] = new([A, C, Record(1)], null, SetBack),
        ["an empty batch that does not"] = new([A, C, Record(3)], null, "opens 2: a c"),
        ["log data that sets back"] = new([A, C, Record(2, WalBytes.LogData("x"))], null, SetBack),
        ["numbers set back between logs"] = new([A, C], [Record(1, Put("d"))], SetBack),
        ["an empty range takes no number"] = new([A, Record(2, Range("k", "k")), C], null, "opens 2: a k c"),
        ["a reversed range in a batch"] = new(
            [A, Record(2, Put("x"), Range("z", "a"), Put("y")), Record(5, Put("c"))],
            null,
            "refuses: end key comes before start key",
            "refuses: end key comes before start key",
            "opens 2: a x",
            "opens 5: a x c"),
        ["a reversed range that sets back"] = new([A, C, Record(1, Range("z", "a"))], null, SetBack),
        ["a merge without an operator"] = new(
            [A, Record(2, Put("x"), Merge("z"), Put("y")), Record(5, Put("c"))],
            null,
            "refuses: Merge requires `ColumnFamilyOptions::merge_operator != nullptr`",
            "refuses: Merge requires `ColumnFamilyOptions::merge_operator != nullptr`",
            "opens 2: a x",
            "opens 5: a x c")
        {
            Option = ("merge_operator={id=StringAppendOperator;delimiter=,;}", "merge_operator=nullptr"),
        },
        ["a short TimedPut"] = new([A, Record(2, TimedPut("t", "1234"))], null, ShortTimedPut),
        ["a malformed entity"] = new([A, Record(2, WalBytes.PutEntity("e", BadEntity))], null, BadName),
        ["a malformed entity, overwritten"] =
            new([A, Record(2, WalBytes.PutEntity("e", BadEntity), Put("e"))], null, "opens 3: a e e"),
        ["a malformed entity, in a deleted range"] =
            new([A, Record(2, WalBytes.PutEntity("e", BadEntity), Range("d", "f"))], null, "opens 3: a e d"),
        ["a malformed entity after a deleted range"] =
            new([A, Record(2, Range("d", "f"), WalBytes.PutEntity("e", BadEntity))], null, BadName),
        ["a malformed entity below a merge"] = new([A, Record(2, WalBytes.PutEntity("e", BadEntity), Merge("e"))], null, BadName),
        ["a malformed entity that is not written"] = new([A, Record(2, WalBytes.PutEntity("e", BadEntity))], null, "opens 2: a e")
        {
            Option = ("avoid_flush_during_recovery=false", "avoid_flush_during_recovery=true"),
        },
        ["an entity with bytes after it"] = new(
            [A, Record(2, WalBytes.PutEntity("e", [1, 1, 0, 1, 0x78, 0x59]))],
            null,
            "refuses: Unexpected trailing data after wide column entity"),
        ["an entity whose columns are out of order"] =
            new([A, Record(2, WalBytes.PutEntity("e", [1, 2, 1, 0x62, 0, 1, 0x61, 0]))], null, "refuses: Wide columns out of order"),
        ["an entity with blob file 0"] = new(
            [A, Record(2, WalBytes.PutEntity("e", [2, 1, 1, 1, 0, 0x11, 0, 5, 1, 0, 0x10, 0x10, 0]))],
            null,
            "refuses: Invalid blob file number"),
        ["an entity of version 2"] = new([A, Record(2, WalBytes.PutEntity("e", [2, 1, 1, 1, 0, 1, 0, 1, 0x78]))], null, "opens 2: a e"),
        ["a blob index of an unknown type"] =
            new([A, Record(2, BlobIndex("e", 9))], null, "refuses: Error while decoding blob index: Unknown blob index type: 9"),
        ["a blob index of file 0"] = new([A, Record(2, BlobIndex("e", 1, 0, 0x10, 0x10, 0))], null, "refuses: Invalid blob file number"),
        ["the greatest number"] = new([A, Record(Max, Put("x"))], null, $"opens {Max}: a x"),
        ["the number before the greatest"] = new([A, Record(Max - 1, Put("x"))], null, "opens 0: a x"),
        ["numbers beyond the greatest"] = new(
            [A, Record(Max - 1, Put("x"), Put("y"), Put("z"))],
            null,
            "refuses: ProtectionInfo mismatch",
            "refuses: ProtectionInfo mismatch",
            $"opens {Max}: a x y",
            $"opens {Max}: a x y"),
        ["type 132 is the end of the file"] = new([A, Fragment(132), C], [D], "opens 3: a d"),
        ["type 133 is a bad record"] = new([A, Fragment(133), C], [D], Everything),
        ["type 134 is a bad header"] =
            new([A, Fragment(134), C], [D], "opens 3: a d", "refuses: truncated header", "opens 1: a", "opens 3: a d"),
        ["type 135 is an old record"] = new([A, Fragment(135), C], [D], "opens 3: a d", "opens 3: a d", "opens 1: a", Everything),
        ["type 136 is a bad length"] =
            new([A, Fragment(136), C], [D], "opens 3: a d", "refuses: truncated record body", "opens 1: a", "opens 3: a d"),
        ["type 137 is a bad checksum"] =
            new([A, Fragment(137), C], [D], "refuses: checksum mismatch", "refuses: checksum mismatch", "opens 1: a", Everything),
        ["type 138 is ignored"] = new([A, Fragment(138), C], [D], Everything),
        ["type 133 in a record"] = new(
            [A, WalBytes.Fragment(First, B[..5]), Fragment(133), WalBytes.Fragment(Last, B[5..]), C],
            null,
            "refuses: error in middle of record",
            "refuses: error in middle of record",
            "opens 1: a",
            "opens 2: a c"),
        ["a predecessor in a record"] =
            new([A, WalBytes.Fragment(First, [0]), Predecessor(1, 2, 3), WalBytes.Fragment(Last, B), C], null, Corrupted),
        ["an ignorable type in a record, and a record in fragments"] = new(
            [A, WalBytes.Fragment(First, [0]), Fragment(200), WalBytes.Fragment(First, B[..5]), WalBytes.Fragment(Last, B[5..])],
            null,
            Corrupted),
        ["timestamp sizes in a record"] = new(
            [A, WalBytes.Fragment(First, B[..5]), WalBytes.Fragment(TimestampSizeRecord, [5, 0, 0, 0, 8, 0]), WalBytes.Fragment(Last, B)],
            null,
            "refuses: user-defined timestamp size record interspersed partial record",
            "refuses: user-defined timestamp size record interspersed partial record",
            "opens 1: a",
            Corrupted),
        ["a loop after a record that is too small"] =
            new([A, WalBytes.Fragment(Full, [1]), WalBytes.Fragment(RecyclableFull, [1], [10, 0, 0, 0]), C], null, Loops),
        ["a loop after a batch that is not inserted"] =
            new([A, Record(2, Range("z", "a")), WalBytes.Fragment(RecyclableFull, [1], [10, 0, 0, 0]), C], null, Loops),
        ["high bytes of the compression type"] = new([WalBytes.Fragment(CompressionTypeRecord, [0, 3, 0, 0]), A, C], null, "opens 2: a c"),
        ["paranoid_checks=false, and a damaged batch"] =
            new([A, WalBytes.Record([.. Batch(2, Put("x")), 0x7A])], null, "refuses: unknown WriteBatch tag: 122")
            {
                Option = ("paranoid_checks=true", "paranoid_checks=false"),
            },
        ["paranoid_checks=false, and a prepared section"] = new([A, Section("t", Put("x")), C], null, "opens 2: a c")
        {
            Option = ("paranoid_checks=true", "paranoid_checks=false"),
        },
        ["a prepared section without two-phase commits"] = new(
            [A, Section("t", Put("x")), C], null, Prepared, Prepared, Prepared, "opens 2: a c"),
        ["a section that ends and did not begin"] = new([A, Record(2, Put("x"), End("t")), Record(3, Put("c"))], null, "opens 3: a x c"),
        ["a section that ends and did not begin, committed"] = new([A, Record(2, Put("x"), End("t")), Record(3, Commit("t"))], null, NoBatch),
        ["a section that ends and did not begin, left prepared"] =
            new([A, Record(2, Put("x"), End("t"))], null, "crashes: a transaction is left prepared whose section ended and did not begin")
            {
                Option = ("allow_2pc=false", "allow_2pc=true"),
            },
        ["a transaction without a name, left prepared"] =
            new([A, Section("", Put("x")), C], null, "refuses: Transaction name length must be between 1 and 512 chars.")
            {
                Option = ("allow_2pc=false", "allow_2pc=true"),
            },
        ["a TimedPut in a transaction"] = new(
            [A, Section("t", TimedPut("t", "v12345678")), C],
            null,
            "refuses: a transaction cannot contain this operation",
            "refuses: a transaction cannot contain this operation",
            "refuses: a transaction cannot contain this operation",
            "opens 2: a c")
        {
            Option = ("allow_2pc=false", "allow_2pc=true"),
        },
        ["a commit takes the numbers of its section"] =
            new([A, Section("t", Put("x"), Range("k", "k"), Put("y")), Record(2, Commit("t")), Record(4, Put("c"))],
                null,
                "opens 4: a x k y c")
            {
                Option = ("allow_2pc=false", "allow_2pc=true"),
            },
        ["a predecessor that is missing"] = new(
            [Predecessor(9, 5, 1), A, C],
            null,
            "refuses: Missing WAL of log number 9",
            "refuses: Missing WAL of log number 9",
            "opens 0:",
            "opens 2: a c")
        {
            Option = ("track_and_verify_wals=false", "track_and_verify_wals=true"),
        },
        ["a second predecessor that differs"] = new(
            [A],
            [Predecessor(10, (ulong)A.Length, 1), C, Predecessor(10, (ulong)A.Length, 7), D],
            "refuses: Mismatched last sequence number recorded in the WAL of log number 10. Recorded 7. Observed 1.",
            "refuses: Mismatched last sequence number recorded in the WAL of log number 10. Recorded 7. Observed 1.",
            "opens 2: a c",
            Everything)
        {
            Option = ("track_and_verify_wals=false", "track_and_verify_wals=true"),
        },
    };

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
        Assert.Equal(FindingKind.FailedInsert, batch.Finding?.Kind);
        Assert.Equal("end key comes before start key", reader.BatchFinding?.Reason);
    }

    /// <summary>The rules of other releases, from their source.</summary>
    [Theory]
    [InlineData(RocksDbRelease.V9, "opens 2: a c c")]
    [InlineData(RocksDbRelease.V10, SetBack)]
    public async Task Numbers_may_be_set_back_before_10_1(RocksDbRelease release, string expected)
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. C, .. Record(2, Put("c"), Put("d"))]);
        string outcome = await OutcomeOfAsync(database.Path, WalRecoveryMode.SkipAnyCorruptedRecords, release);
        Assert.StartsWith(expected == SetBack ? SetBack : "opens 1: a c", outcome);
    }

    [Theory]
    [InlineData(RocksDbRelease.V7, (byte)130, "refuses: unknown record type 130")]
    [InlineData(RocksDbRelease.V8, (byte)200, "refuses: unknown record type 200")]
    [InlineData(RocksDbRelease.V9, (byte)200, "opens 2: a c")]
    [InlineData(RocksDbRelease.V7, (byte)10, "opens 1: a")]
    [InlineData(RocksDbRelease.V8, (byte)12, "opens 1: a")]
    [InlineData(RocksDbRelease.V9, (byte)132, "opens 1: a")]
    public async Task The_types_and_codes_are_those_of_the_release(RocksDbRelease release, byte type, string expected)
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. Fragment(type), .. C]);
        Assert.Equal(expected, await OutcomeOfAsync(database.Path, WalRecoveryMode.AbsoluteConsistency, release));
    }

    [Theory]
    [InlineData(RocksDbRelease.V8, "opens 2: a c")]
    [InlineData(RocksDbRelease.V9, "loops: recyclable record in a log that is not recycled")]
    public async Task A_recyclable_record_loops_since_9_4(RocksDbRelease release, string expected)
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. WalBytes.RecyclableRecord(10, Batch(2, Put("c")))]);
        Assert.Equal(expected, await OutcomeOfAsync(database.Path, WalRecoveryMode.PointInTimeRecovery, release));
    }

    [Theory]
    [InlineData(RocksDbRelease.V7, WalRecoveryMode.SkipAnyCorruptedRecords, "loops: an old record, which is not consumed")]
    [InlineData(RocksDbRelease.V8, WalRecoveryMode.SkipAnyCorruptedRecords, "opens 5: a d")]
    [InlineData(RocksDbRelease.V8, WalRecoveryMode.PointInTimeRecovery, "opens 5: a d")]
    [InlineData(RocksDbRelease.V9, WalRecoveryMode.PointInTimeRecovery, "opens 1: a")]
    public async Task Old_records_stop_since_9_1(RocksDbRelease release, WalRecoveryMode mode, string expected)
    {
        using TempDatabase database = DatabaseWithout(null);
        byte[] own = WalBytes.RecyclableRecord(10, Batch(1, Put("a")));
        database.Write("000010.log", [.. own, .. WalBytes.RecyclableRecord(8, Batch(1, Put("a")))]);
        database.Write("000011.log", Record(5, Put("d")));
        Assert.Equal(expected, await OutcomeOfAsync(database.Path, mode, release));
    }

    /// <summary>Until 8.11, a batch that is not inserted ends its log, and one that is not supported refuses, in every mode.</summary>
    [Fact]
    public async Task A_failed_insertion_ends_the_log_before_9()
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. Record(2, Range("z", "a")), .. C]);
        const WalRecoveryMode Skip = WalRecoveryMode.SkipAnyCorruptedRecords;
        Assert.Equal("opens 1: a", await OutcomeOfAsync(database.Path, Skip, RocksDbRelease.V8));
        Assert.Equal("opens 2: a c", await OutcomeOfAsync(database.Path, Skip, RocksDbRelease.V9));
        database.Write("000010.log", [.. A, .. Section("t", Put("x")), .. C]);
        Assert.Equal(Prepared, await OutcomeOfAsync(database.Path, Skip, RocksDbRelease.V8));
    }

    [Fact]
    public async Task Entities_and_TimedPuts_are_those_of_the_release()
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. Record(2, WalBytes.PutEntity("e", BadEntity))]);
        Assert.Equal("opens 2: a e", await OutcomeOfAsync(database.Path, WalRecoveryMode.PointInTimeRecovery, RocksDbRelease.V10));
        database.Write("000010.log", [.. A, .. Record(2, TimedPut("t", "v12345678"))]);
        Assert.Equal("opens 2: a t", await OutcomeOfAsync(database.Path, WalRecoveryMode.PointInTimeRecovery, RocksDbRelease.V9));
        Assert.Equal(
            "refuses: unknown WriteBatch tag: 24",
            await OutcomeOfAsync(database.Path, WalRecoveryMode.PointInTimeRecovery, RocksDbRelease.V8));
    }

    [Fact]
    public async Task An_undefined_release_is_refused()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed("recovery/01-sequence-set-back/db"));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecoveryReader.Open(set, release: (RocksDbRelease)6));
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

    private static async Task<List<Finding>> FindingsOfAsync(string path)
    {
        List<Finding> findings = [];
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(path), WalRecoveryMode.PointInTimeRecovery);
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
