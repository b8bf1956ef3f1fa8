using System.Text;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>
/// Keys of column families whose comparators have timestamps, in logs that declare no sizes, or other ones. The databases are copies of
/// recorded ones with the comparator <c>leveldb.BytewiseComparator.u64ts</c>, partly with other logs.
/// </summary>
public sealed class TimestampTests
{
    private const string NotDeclared = "recovery/timestamps-not-declared/db";
    private const string OtherSize = "recovery/16b-timestamps-other-size/db";

    private static readonly string[] Accounts =
    [
        "account-1 01f1536500000000", "account-2 02f1536500000000", "account-3 03f1536500000000", "account-4 04f1536500000000",
        "account-5 05f1536500000000", "account-2 09f1536500000000",
    ];

    [Theory]
    [InlineData("reports/udt")]
    [InlineData(NotDeclared)]
    public async Task Undeclared_timestamps_are_split_by_the_comparator(string folder)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed(folder));
        (List<string> keys, List<Finding> findings) = await ReadAsync(set.OpenReader());
        Assert.Equal(Accounts, keys.Where(key => key.Contains("account", StringComparison.Ordinal)).Take(Accounts.Length));
        Finding note = Assert.Single(findings);
        Assert.Equal((FindingKind.TimestampsNotDeclared, FindingSeverity.Note), (note.Kind, note.Severity));
        Assert.Equal(("000004.log", 0L, 1UL), (note.File, note.Offset, note.FirstSequence!.Value));

        Assert.Equal(keys, (await ReadAsync(RecoveryReader.Open(set))).Keys);
        Assert.Equal(keys, await KeysOfUpdatesAsync(set));
    }

    [Fact]
    public async Task A_single_log_is_split_by_a_MANIFEST_that_is_given()
    {
        string path = TestFiles.Committed("reports/udt");
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(path);
        WalFile[] files = [new(Path.Combine(path, "000004.log"))];
        var split = new WalSet(files, new WalSetOptions { Manifest = folder.Manifest });
        Assert.Equal(Accounts, (await ReadAsync(split.OpenReader())).Keys);

        (List<string> whole, List<Finding> findings) = await ReadAsync(new WalSet(files).OpenReader());
        Assert.Equal("account-1\u0001", whole[0][..10]);
        Assert.Empty(findings);
    }

    /// <summary>A log can declare a size after its first records, and the next log declares none again: the note is once a log.</summary>
    [Fact]
    public async Task Each_log_without_a_declaration_is_reported_once()
    {
        using TempDatabase database = Copy(NotDeclared, Log(Put(1, "a-------1"), Put(2, "b-------1")));
        database.Write("000005.log", Log(Declaration(0, 8), Put(3, "c-------1")));
        database.Write("000006.log", Log(Put(4, "d-------1"), Declaration(0, 8), Put(5, "e-------1"), Put(6, "short")));
        (List<string> keys, List<Finding> findings) = await ReadAsync((await WalSet.OpenAsync(database.Path)).OpenReader());
        Assert.Equal(["a", "b", "c", "d", "e", "short"], keys.Select(key => key.Split(' ')[0]));
        Assert.Equal(["000004.log", "000006.log"], findings.Select(finding => finding.File));
        Assert.All(findings, finding => Assert.Equal(FindingKind.TimestampsNotDeclared, finding.Kind));
    }

    /// <summary>The MANIFEST has no other column family, so nothing is known about its keys.</summary>
    [Fact]
    public async Task Other_column_families_are_not_split()
    {
        using TempDatabase database = Copy(
            NotDeclared, Log(new BatchBuilder().Counted(0x05, 7, "a-------1"u8.ToArray(), "v"u8.ToArray()).Build(1).ToArray()));
        (List<string> keys, List<Finding> findings) = await ReadAsync((await WalSet.OpenAsync(database.Path)).OpenReader());
        Assert.Equal(["a-------1 "], keys);
        Assert.Empty(findings);
    }

    [Fact]
    public async Task Timestamps_of_another_size_are_a_finding_and_split_as_declared()
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed(OtherSize));
        (List<string> keys, List<Finding> findings) = await ReadAsync(set.OpenReader());
        Assert.Equal(["key 54545454"], keys);
        Finding mismatch = Assert.Single(findings);
        Assert.Equal((FindingKind.TimestampSizeMismatch, FindingSeverity.Refusal), (mismatch.Kind, mismatch.Severity));
        Assert.Equal(("000010.log", 13L), (mismatch.File, mismatch.Offset));
    }

    [Theory]
    [InlineData(WalRecoveryMode.TolerateCorruptedTailRecords)]
    [InlineData(WalRecoveryMode.AbsoluteConsistency)]
    [InlineData(WalRecoveryMode.PointInTimeRecovery)]
    [InlineData(WalRecoveryMode.SkipAnyCorruptedRecords)]
    public async Task Timestamps_of_another_size_refuse_in_every_mode(WalRecoveryMode mode)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.Committed(OtherSize));
        await using RecoveryReader reader = RecoveryReader.Open(set, mode);
        (List<string> keys, List<Finding> findings) = await ReadAsync(reader);
        Assert.Empty(keys);
        Assert.True(reader.IsRefused);
        Assert.Contains("WriteBatch contains unrecoverable timestamp size inconsistency.", findings[^1].Reason, StringComparison.Ordinal);
    }

    /// <summary>RocksDB looks at the column families of a batch, and ignores the others that a log declares.</summary>
    [Fact]
    public async Task A_declaration_that_no_key_uses_does_not_refuse()
    {
        using TempDatabase database = Copy(
            OtherSize,
            Log(Declaration(0, 4), new BatchBuilder().Uncounted(0x03, "note"u8.ToArray()).Build(1).ToArray()),
            "000010.log");
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path));
        await ReadAsync(reader);
        Assert.False(reader.IsRefused);
    }

    private static TempDatabase Copy(string folder, byte[] log, string name = "000004.log")
    {
        TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed(folder));
        database.Write(name, log);
        return database;
    }

    /// <summary>Returns a declaration, which <see cref="Log"/> writes as such, because it is shorter than a batch.</summary>
    private static byte[] Declaration(byte columnFamily, byte size) => [columnFamily, 0, 0, 0, size, 0];

    private static byte[] Put(ulong sequence, string key) =>
        new BatchBuilder().Put(Encoding.UTF8.GetBytes(key), "v"u8).Build(sequence).ToArray();

    private static byte[] Log(params byte[][] records)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output);
        foreach (byte[] record in records)
        {
            log.Fragment(record.Length < WriteBatch.HeaderSize ? FragmentType.UserDefinedTimestampSize : FragmentType.Full, record);
        }

        return output.ToArray();
    }

    private static async Task<(List<string> Keys, List<Finding> Findings)> ReadAsync(WalSetReader reader)
    {
        List<string> keys = [];
        List<Finding> findings = [];
        await using (reader)
        {
            while (await reader.ReadAsync())
            {
                if (reader.Kind == WalSetEntryKind.Record)
                {
                    AddKeys(reader.Batch, keys);
                }
                else if (reader.Kind == WalSetEntryKind.DatabaseFinding)
                {
                    findings.Add(reader.Finding);
                }
            }
        }

        return (keys, findings);
    }

    private static async Task<List<string>> KeysOfUpdatesAsync(WalSet set)
    {
        List<string> keys = [];
        await using WalUpdates updates = set.OpenIterator();
        while (await updates.MoveNextAsync())
        {
            AddKeys(updates.Current.Batch, keys);
        }

        return keys;
    }

    private static void AddKeys(WriteBatch batch, List<string> keys)
    {
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey)
            {
                keys.Add($"{Encoding.UTF8.GetString(operation.Key)} {Convert.ToHexStringLower(operation.Timestamp)}");
            }
        }
    }
}
