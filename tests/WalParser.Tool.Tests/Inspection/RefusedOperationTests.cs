using System.Text;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;
using WalParser.WalSets;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>
/// Operations that can be read and that RocksDB does not take. What RocksDB 11.12 does with them is in the tests of recovery outcomes; here
/// every command names them, with the same exit code, and salvage leaves them out.
/// </summary>
public sealed class RefusedOperationTests
{
    private const string Specimen = "recovery/03-reversed-delete-range/db";

    public static TheoryData<string, string, byte[]> Batches => new()
    {
        { "malformedEntity", "Error decoding wide column name", WalBytes.Batch(2, 1, WalBytes.PutEntity("e", [1, 5])) },
        { "malformedEntity", "Wide columns out of order", WalBytes.Batch(2, 1, WalBytes.PutEntity("e", [1, 2, 1, 0x62, 0, 1, 0x61, 0])) },
        { "malformedBlobIndex", "Invalid blob file number", WalBytes.Batch(2, 1, BlobIndex(1, 0, 0x10, 0x10, 0)) },
        { "reversedRange", "end key comes before start key", WalBytes.Batch(2, 1, WalBytes.DeleteRange("z", "a")) },
        {
            "sequencesBeyondMaximum",
            "ProtectionInfo mismatch",
            WalBytes.Batch(WriteBatch.MaxSequence, 2, WalBytes.Put("x", "v"), WalBytes.Put("y", "v"))
        },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Every_command_names_it_as_damage(string kind, string reason, byte[] batch)
    {
        using TempDatabase database = DatabaseWith(batch);
        ToolRun run = await EveryCommand.VerifyAsync(database.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal([kind], run.SeriousKinds.Except(["sequenceGap"]));
        Assert.Contains(reason, run.SeriousReasons);
        Assert.All(run.SeriousFindings, finding => Assert.NotEqual("refusal", finding.GetProperty("severity").GetString()));
    }

    /// <summary>RocksDB opens what salvage has written, in every mode, with all other records.</summary>
    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Salvage_leaves_it_out_and_lists_it(string kind, string reason, byte[] batch)
    {
        using TempDatabase database = DatabaseWith(batch);
        using var output = new TempFolder();
        string folder = output.PathOf("out");
        ToolRun run = await ToolRun.Of("salvage", database.Path, "--output", folder);
        Assert.Equal(1, run.ExitCode);
        int records = kind == "sequencesBeyondMaximum" ? 2 : 1;
        Assert.Contains($"left out: 000010.log, offset {records * WalBytes.Record(TempDatabase.Puts(1, 1)).Length}: {reason}", run.Output);
        File.Copy(System.IO.Path.Combine(folder, "000010.log"), database.PathOf("000010.log"), overwrite: true);
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path), mode);
            int replayed = 0;
            while (await reader.ReadAsync())
            {
                replayed += reader.Kind == WalSetEntryKind.Record ? 1 : 0;
            }

            Assert.Equal((RecoveryOutcome.Opens, false, 2), (reader.Result.Outcome, reader.IsStopped, replayed));
        }
    }

    /// <summary>Whether RocksDB takes a merge depends on the OPTIONS, so salvage keeps it.</summary>
    [Fact]
    public async Task A_merge_without_an_operator_is_a_refusal()
    {
        byte[] merge = new BatchBuilder().Counted(0x02, null, "m"u8.ToArray(), "v"u8.ToArray()).Build(2).ToArray();
        using TempDatabase database = DatabaseWith(merge, TempDatabase.Puts(3, 1));
        Assert.Equal(0, (await EveryCommand.VerifyAsync(database.Path)).ExitCode);
        string options = File.ReadAllText(database.PathOf("OPTIONS-000007"));
        const string Operator = "merge_operator={id=StringAppendOperator;delimiter=,;}";
        Assert.Contains(Operator, options);
        database.Write("OPTIONS-000007", Encoding.UTF8.GetBytes(options.Replace(Operator, "merge_operator=nullptr", StringComparison.Ordinal)));
        ToolRun run = await EveryCommand.VerifyAsync(database.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["mergeRefused"], run.SeriousKinds);
        Assert.Equal("refusal", run.SeriousFindings[0].GetProperty("severity").GetString());
    }

    /// <summary>The recovery view reports a reversed range in the same words as the other views.</summary>
    [Fact]
    public async Task The_recovery_view_has_the_same_kind_and_severity()
    {
        string path = TestFiles.Committed(Specimen);
        ToolRun verify = await EveryCommand.VerifyAsync(path);
        ToolRun skipping = await ToolRun.Of("dump", "--recovery", "--mode", "skip-corrupt", "--format", "jsonl", path);
        Assert.Equal((1, 1), (verify.ExitCode, skipping.ExitCode));
        Assert.Equal(["reversedRange"], verify.SeriousKinds);
        Assert.Equal(["reversedRange"], skipping.SeriousKinds);
        Assert.Equal(["damage"], verify.SeriousFindings.Select(finding => finding.GetProperty("severity").GetString()));
        Assert.Equal(["damage"], skipping.SeriousFindings.Select(finding => finding.GetProperty("severity").GetString()));
    }

    private static TempDatabase DatabaseWith(params byte[][] batches)
    {
        TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed(Specimen));
        bool isLast = new WriteBatch(batches[0]).Sequence == WriteBatch.MaxSequence;
        byte[][] records = isLast
            ? [TempDatabase.Puts(1, 1), TempDatabase.Puts(2, 1), batches[0]]
            : [TempDatabase.Puts(1, 1), .. batches, TempDatabase.Puts(2 + (ulong)batches.Length, 1)];
        database.WriteLog("000010.log", records);
        return database;
    }

    private static byte[] BlobIndex(params byte[] index) => [0x11, .. WalBytes.Field("e"u8.ToArray()), .. WalBytes.Field(index)];
}
