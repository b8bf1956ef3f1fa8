using WalParser.Framing;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Recovery;

/// <content>The rules of earlier releases.</content>
public partial class RecoveryOutcomeTests
{
    /// <summary>The expectations about earlier releases come from their source.</summary>
    [Theory]
    [InlineData(RocksDbRelease.V9, "opens 1: a c")]
    [InlineData(RocksDbRelease.V10, SetBack)]
    public async Task Numbers_may_be_set_back_before_10_1(RocksDbRelease release, string expected)
    {
        using TempDatabase database = DatabaseWithout(null);
        database.Write("000010.log", [.. A, .. C, .. Record(2, Put("c"), Put("d"))]);
        Assert.StartsWith(expected, await OutcomeOfAsync(database.Path, WalRecoveryMode.SkipAnyCorruptedRecords, release));
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

    /// <summary>
    /// The log declares no timestamps, so RocksDB appends them to the keys, and does not compare the new batch with the hash of the record.
    /// </summary>
    [Theory]
    [InlineData(RocksDbRelease.V7, "refuses: Write batch content corrupted.")]
    [InlineData(RocksDbRelease.V11, "opens")]
    public async Task A_batch_that_is_written_anew_for_timestamps_has_no_stale_hash(RocksDbRelease release, string expected)
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("recovery/16b-timestamps-other-size/db"));
        database.Copy("recovery/06-skip-mode-fragmented-record/db/000010.log", "000010.log");
        Assert.StartsWith(expected, await OutcomeOfAsync(database.Path, WalRecoveryMode.SkipAnyCorruptedRecords, release));
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
}
