using System.Text.Json;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>Log numbers in the headers of a recyclable log: of another log, and damaged.</summary>
public sealed class LogNumberTests
{
    private static readonly byte[][] Batches = [TempDatabase.Puts(1, 2), TempDatabase.Puts(3, 1), TempDatabase.Puts(4, 3)];

    [Theory]
    [InlineData("000003.log")]
    [InlineData("000022.log")]
    public async Task A_log_under_a_smaller_number_belongs_to_another_log(string name)
    {
        using var folder = new TempFolder();
        ToolRun run = await EveryCommand.VerifyAsync(folder.Write(name, TempDatabase.LogOf(Batches, recycledAs: 23)));
        Assert.Equal(1, run.ExitCode);
        JsonElement finding = Assert.Single(run.Findings);
        Assert.Equal("foreignLog", finding.GetProperty("finding").GetString());
        Assert.Equal(
            "all records belong to log 23; give --log-number 23, or rename the file", finding.GetProperty("reason").GetString());
    }

    /// <summary>
    /// RocksDB gives a log that it recycles a greater number, and nothing may have been written to it yet: the MANIFEST or a log between the
    /// two shows that the old log is no longer needed.
    /// </summary>
    [Theory]
    [InlineData("rocksdb/recycled", 8, 20)]
    [InlineData(null, 23, 25)]
    public async Task A_log_under_a_greater_number_can_wait_for_its_first_record(string? database, int old, int number)
    {
        using TempDatabase folder = database is null ? new TempDatabase() : TempDatabase.CopyOf(TestFiles.Committed(database));
        if (database is null)
        {
            folder.WriteLog("000024.log", TempDatabase.Puts(7, 1));
        }

        folder.Write($"{number:D6}.log", TempDatabase.LogOf(Batches, recycledAs: (uint)old));
        ToolRun run = await EveryCommand.VerifyAsync(folder.Path);
        Assert.Equal(0, run.ExitCode);
        JsonElement finding = run.Findings.Single(found => found.GetProperty("file").GetString() == $"{number:D6}.log");
        Assert.Equal("unusedRecycledLog", finding.GetProperty("finding").GetString());
        Assert.Equal("note", finding.GetProperty("severity").GetString());
        Assert.EndsWith($"if it was renamed, give --log-number {old}", finding.GetProperty("reason").GetString());
    }

    /// <summary>If nothing shows that the old log is no longer needed, its records count.</summary>
    [Fact]
    public async Task A_log_alone_under_a_greater_number_is_a_loss()
    {
        using var folder = new TempFolder();
        ToolRun run = await EveryCommand.VerifyAsync(folder.Write("000024.log", TempDatabase.LogOf(Batches, recycledAs: 23)));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["foreignLog"], run.SeriousKinds);
        Assert.Equal(
            ["all records belong to log 23; give --log-number 23, or rename the file, unless RocksDB recycled it and wrote nothing to it yet"],
            run.SeriousReasons);
    }

    /// <summary>RocksDB renames the file of a log that it recycles, so a log that is there was copied.</summary>
    [Fact]
    public async Task A_copy_of_a_log_under_a_greater_number_is_a_loss()
    {
        using TempDatabase folder = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/recycled"));
        folder.Write("000031.log", File.ReadAllBytes(folder.PathOf("000012.log")));
        ToolRun run = await EveryCommand.VerifyAsync(folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["foreignLog"], run.SeriousKinds);
        Assert.StartsWith("all records belong to log 12, which is there as well", run.SeriousReasons[0]);
    }

    /// <summary>A log that the MANIFEST needs was not recycled.</summary>
    [Fact]
    public async Task A_needed_log_under_a_greater_number_is_a_loss()
    {
        using TempDatabase folder = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/recycled"));
        File.Move(folder.PathOf("000016.log"), folder.PathOf("000031.log"));
        ToolRun run = await EveryCommand.VerifyAsync(folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("foreignLog", run.SeriousKinds);
        Assert.Contains(run.SeriousReasons, reason => reason.Contains("--log-number 16", StringComparison.Ordinal));
    }

    /// <summary>
    /// The damage of the first record hides the records behind it in its block from a reader; what follows is of an earlier log. That does
    /// not make the log an earlier one.
    /// </summary>
    [Theory]
    [InlineData("rocksdb/recycled", true, 39)]
    [InlineData("rocksdb/recycled", false, 39)]
    [InlineData("rocksdb/recycled-zstd", true, 0)]
    public async Task A_recycled_log_whose_first_record_is_damaged_is_damaged(string database, bool isInFolder, int recovered)
    {
        using TempDatabase folder = TempDatabase.CopyOf(TestFiles.Committed(database));
        folder.Flip("000016.log", 100);
        ToolRun run = await EveryCommand.VerifyAsync(isInFolder ? folder.Path : folder.PathOf("000016.log"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["checksumMismatch"], run.SeriousKinds);
        Assert.Contains("staleTail", run.NoteKinds);
        ToolRun salvage = await ToolRun.Of("salvage", folder.PathOf("000016.log"), "--dry-run", "--format", "json");
        Assert.True(recovered <= salvage.Json.GetProperty("logs")[0].GetProperty("records").GetInt32());
    }

    [Theory]
    [InlineData("000003.log")]
    [InlineData("000024.log")]
    [InlineData("copy-of-a-log")]
    public async Task With_its_number_all_is_well(string name)
    {
        using var folder = new TempFolder();
        string path = folder.Write(name, TempDatabase.LogOf(Batches, recycledAs: 23));
        ToolRun run = await EveryCommand.VerifyAsync(path, "--log-number", "23");
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Findings);
        Assert.Equal(3, run.Json.GetProperty("summary").GetProperty("records").GetInt32());
    }

    [Fact]
    public async Task Standard_input_has_the_number_of_its_first_fragment_or_the_one_given()
    {
        byte[] log = TempDatabase.LogOf(Batches, recycledAs: 23);
        ToolRun unknown = await ToolRun.Of(log, "verify", "-", "--format", "json");
        Assert.Equal(0, unknown.ExitCode);
        Assert.Empty(unknown.Findings);
        ToolRun right = await ToolRun.Of(log, "dump", "-", "--format", "jsonl", "--log-number", "23");
        Assert.Equal((0, 3), (right.ExitCode, right.OfKind("record").Length));
        ToolRun wrong = await ToolRun.Of(log, "dump", "-", "--format", "jsonl", "--log-number", "3");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Equal(["all records belong to log 23; give --log-number 23, or rename the file"], wrong.SeriousReasons);
    }

    [Fact]
    public async Task The_reported_log_belongs_to_log_23()
    {
        ToolRun run = await EveryCommand.VerifyAsync(TestFiles.Committed("reports/renamed"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["foreignLog"], run.SeriousKinds);
        Assert.Contains("--log-number 23", run.SeriousReasons[0]);
    }

    /// <summary>A record in three fragments between two others. The header of one of its fragments has another log number.</summary>
    [Theory]
    [InlineData(0, "damagedLogNumber,missingStartAtMiddle,missingStartAtLast")]
    [InlineData(1, "damagedLogNumber,errorInMiddleOfRecord,missingStartAtLast")]
    [InlineData(2, "damagedLogNumber,errorInMiddleOfRecord")]
    public async Task A_damaged_number_is_damage_and_reading_continues(int fragment, string kinds)
    {
        foreach (byte damagedNumber in new byte[] { 19, 200 })
        {
            byte[] large = TempDatabase.Puts(2, 1, new string('v', 70_000));
            byte[] log = TempDatabase.LogOf([TempDatabase.Puts(1, 1), large, TempDatabase.Puts(3, 1)], recycledAs: 20);
            int at = OffsetOf(log, fragment);
            log[at + 7] = damagedNumber;
            using var folder = new TempFolder();
            ToolRun run = await EveryCommand.VerifyAsync(folder.Write("000020.log", log));
            Assert.Equal(1, run.ExitCode);
            Assert.Equal(kinds.Split(',').Append("sequenceGap").Order(), run.SeriousKinds.Order());
            Assert.Equal(at, run.SeriousFindings.Single(IsNumber).GetProperty("offset").GetInt32());
            Assert.Equal((1, 3), SequencesOf(run));
            Assert.Equal(2, run.Json.GetProperty("summary").GetProperty("records").GetInt32());
        }

        static bool IsNumber(JsonElement finding) => finding.GetProperty("finding").GetString() == "damagedLogNumber";
    }

    [Theory]
    [InlineData("reports/log-number-middle", 1)]
    [InlineData("reports/log-number-kvrocks", 1)]
    public async Task The_reported_logs_lack_one_record(string name, int missing)
    {
        ToolRun run = await EveryCommand.VerifyAsync(TestFiles.Committed(name));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["damagedLogNumber", "sequenceGap"], run.SeriousKinds);
        Assert.Equal(missing, run.SeriousFindings[1].GetProperty("missing").GetInt32());
    }

    [Fact]
    public async Task Legacy_records_behind_recyclable_ones_with_lower_numbers_are_a_finding()
    {
        byte[] log =
        [
            .. WalBytes.RecyclableRecord(9, TempDatabase.Puts(10, 2)),
            .. WalBytes.RecyclableRecord(9, TempDatabase.Puts(12, 2)),
            .. WalBytes.Record(TempDatabase.Puts(3, 1)),
            .. WalBytes.Record(TempDatabase.Puts(4, 1)),
        ];
        using var folder = new TempFolder();
        ToolRun run = await EveryCommand.VerifyAsync(folder.Write("000009.log", log));
        Assert.Equal(1, run.ExitCode);
        Assert.NotEmpty(run.SeriousFindings);
        Assert.Equal((3, 13), SequencesOf(run));
    }

    private static (int, int) SequencesOf(ToolRun run)
    {
        JsonElement file = run.Json.GetProperty("files").EnumerateArray().Single();
        return (file.GetProperty("firstSequence").GetInt32(), file.GetProperty("lastSequence").GetInt32());
    }

    /// <summary>Returns the offset of a fragment of the second record.</summary>
    private static int OffsetOf(byte[] log, int fragment)
    {
        FragmentType[] types = [FragmentType.RecyclableFirst, FragmentType.RecyclableMiddle, FragmentType.RecyclableLast];
        return (int)LogLayout.Of(log, 20).Fragments.Single(found => found.Type == types[fragment]).Offset;
    }
}
