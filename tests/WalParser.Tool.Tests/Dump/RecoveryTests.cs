using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary><c>dump --recovery</c>: the MANIFEST of the folder is used.</summary>
public class RecoveryTests
{
    /// <summary>A log in the folder and in the archive, as in a copy of a running server's folder.</summary>
    [Fact]
    public async Task A_log_in_two_places_does_not_hide_the_manifest()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("walparser-test-");
        try
        {
            string scenario = TestFiles.Committed("rocksdb/rotated");
            foreach (string file in Directory.EnumerateFiles(scenario, "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(folder.FullName, Path.GetRelativePath(scenario, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            ToolRun expected = await ToolRun.Of("dump", "--recovery", "--format", "csv", folder.FullName);
            string archived = Directory.EnumerateFiles(Path.Combine(folder.FullName, "archive")).Order(StringComparer.Ordinal).First();
            File.Copy(archived, Path.Combine(folder.FullName, Path.GetFileName(archived)));
            ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", "csv", folder.FullName);
            Assert.Equal(expected.Output, run.Output);
            Assert.Contains(Path.GetFileName(archived) + ": is not replayed: according to the MANIFEST", run.Error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The last line before the end has the result; RocksDB's own results are in expected.json.</summary>
    [Theory]
    [InlineData("02-empty-delete-range-takes-no-number", "point-in-time", "opens", 2, 1)]
    [InlineData("02-empty-delete-range-takes-no-number", "absolute", "refuses", null, 1)]
    [InlineData("13-hang-behind-damage", "skip-corrupt", "loops", null, 1)]
    [InlineData("14-type-138", "absolute", "opens", 3, 1)]
    [InlineData("22-gaps-empty-delete-range", "absolute", "opens", 116, 0)]
    public async Task The_result_is_the_last_line_before_the_end(string name, string mode, string outcome, int? lastSequence, int exitCode)
    {
        ToolRun run = await ToolRun.Of(
            "dump", "--recovery", "--mode", mode, "--format", "jsonl", TestFiles.Committed($"recovery/{name}/db"));
        string[] lines = run.Output.TrimEnd().Split('\n');
        using JsonDocument result = JsonDocument.Parse(lines[^2]);
        Assert.Equal("recovery", result.RootElement.GetProperty("kind").GetString());
        Assert.Equal(mode, result.RootElement.GetProperty("mode").GetString());
        Assert.Equal(outcome, result.RootElement.GetProperty("outcome").GetString());
        Assert.Equal("11", result.RootElement.GetProperty("rocksdb").GetString());
        Assert.Equal(outcome == "opens", result.RootElement.GetProperty("reason").ValueKind == JsonValueKind.Null);
        JsonElement last = result.RootElement.GetProperty("lastSequence");
        Assert.Equal(lastSequence, last.ValueKind == JsonValueKind.Null ? null : last.GetInt32());
        Assert.Contains("\"kind\":\"end\"", lines[^1]);
        Assert.Equal(exitCode, run.ExitCode);
    }

    /// <summary>The last line is all that many people read.</summary>
    [Fact]
    public async Task The_last_line_names_the_place_and_the_counts_of_a_batch_that_is_refused()
    {
        ToolRun run = await ToolRun.Of("dump", "--recovery", TestFiles.Committed("reports/wrong-count"));
        Assert.Equal(
            "recovery in mode point-in-time, RocksDB 11: refuses: 000010.log, offset 0: WriteBatch has wrong count, "
            + "3 in its header, 2 found",
            run.OutputLines[^1]);
    }

    /// <summary>That a log is missing is a finding; that RocksDB refuses because of it is the result.</summary>
    [Theory]
    [InlineData("text")]
    [InlineData("jsonl")]
    public async Task A_reason_to_refuse_is_told_once_and_in_the_result(string format)
    {
        ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", format, TestFiles.Committed("reports/track-none"));
        Assert.Equal(1, run.ExitCode);
        string[] told =
        [
            .. run.OutputLines.Concat(run.ErrorLines)
                .Where(line => line.Contains("the MANIFEST tracks it with 2518 synced bytes", StringComparison.Ordinal)),
        ];
        Assert.Equal(2, told.Length);
        Assert.Single(told, line => line.Contains("recovery", StringComparison.Ordinal));
    }

    /// <summary>RocksDB opens these databases, and loses nothing: what it finds there is its ordinary end.</summary>
    [Theory]
    [InlineData("rocksdb/recycled", 2924)]
    [InlineData("rocksdb/recycled-zstd", 2873)]
    [InlineData("rocksdb/predecessor-recycled", 690)]
    public async Task The_stale_tail_of_a_recycled_log_is_its_end(string name, long last)
    {
        ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", "jsonl", TestFiles.Committed(name));
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.SeriousFindings);
        Assert.Contains("staleTail", run.NoteKinds);
        JsonElement result = Assert.Single(run.OfKind("recovery"));
        Assert.Equal(("opens", last), (result.GetProperty("outcome").GetString(), result.GetProperty("lastSequence").GetInt64()));
    }

    [Fact]
    public async Task A_record_that_is_dropped_is_named()
    {
        using var folder = new TempFolder();
        folder.Write("000010.log", TempDatabase.LogOf([TempDatabase.Puts(1, 1), TempDatabase.Puts(1UL << 56, 1), TempDatabase.Puts(2, 1)]));
        ToolRun run = await ToolRun.Of("dump", "--recovery", "--mode", "skip-corrupt", "--format", "jsonl", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["sequenceTooLarge"], run.SeriousKinds);
    }

    [Fact]
    public async Task The_release_decides_whether_numbers_may_be_set_back()
    {
        string path = TestFiles.Committed("recovery/01b-sequence-set-back-between-logs/db");
        ToolRun newest = await ToolRun.Of("dump", "--recovery", path);
        Assert.Contains("RocksDB 11: refuses: 000011.log, offset 0: Sequence number is being set backwards", newest.Output.Split('\n')[^2]);
        ToolRun older = await ToolRun.Of("dump", "--recovery", "--rocksdb", "9", path);
        Assert.Contains("RocksDB 9: opens, with the last sequence number", older.Output.Split('\n')[^2]);
        ToolRun alone = await ToolRun.Of("dump", "--rocksdb", "9", path);
        Assert.Equal(2, alone.ExitCode);
        Assert.Contains("--rocksdb is for --recovery", alone.Error);
    }

    /// <summary>The result is that of the whole recovery, also where the limit ends the dump.</summary>
    [Fact]
    public async Task The_result_does_not_depend_on_the_limit()
    {
        ToolRun run = await ToolRun.Of(
            "dump", "--recovery", "--limit", "1", "--format", "jsonl", TestFiles.Committed("recovery/22-gaps-empty-delete-range/db"));
        Assert.Single(run.Output.Split('\n'), line => line.Contains("\"kind\":\"operation\"", StringComparison.Ordinal));
        Assert.Contains("\"outcome\":\"opens\",\"reason\":null,\"lastSequence\":116", run.Output);
    }

    /// <summary>A database without a WAL is recovered, too: nothing is missing unless its OPTIONS require one.</summary>
    [Theory]
    [InlineData("false", "opens", 0)]
    [InlineData("true", "refuses", 1)]
    public async Task A_database_without_a_WAL_has_a_result(string tracks, string outcome, int exitCode)
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("recovery/01-sequence-set-back/db"));
        database.Delete("000010.log");
        string options = File.ReadAllText(database.PathOf("OPTIONS-000007"));
        database.Write("OPTIONS-000007", System.Text.Encoding.UTF8.GetBytes(
            options.Replace("track_and_verify_wals=false", $"track_and_verify_wals={tracks}", StringComparison.Ordinal)));
        ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", "jsonl", database.Path);
        Assert.Contains($"\"kind\":\"recovery\",\"mode\":\"point-in-time\",\"outcome\":\"{outcome}\"", run.Output);
        Assert.Equal(exitCode, run.ExitCode);
    }
}
