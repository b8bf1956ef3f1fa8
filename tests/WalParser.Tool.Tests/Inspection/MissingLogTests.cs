using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>A log that is gone: between others, according to the MANIFEST, or according to the log after it.</summary>
public sealed class MissingLogTests
{
    [Theory]
    [InlineData("rocksdb/rotated", "archive/000012.log", 383, 555)]
    [InlineData("rocksdb/rotated", "archive/000008.log", 208, 382)]
    [InlineData("rocksdb/tracked", "archive/000008.log", 94, 183)]
    public async Task Between_others_its_numbers_are_missing(string database, string log, ulong first, ulong last)
    {
        foreach (bool hasManifest in new[] { true, false })
        {
            using TempDatabase copy = CopyOf(database);
            copy.Delete(log);
            if (!hasManifest)
            {
                RemoveManifest(copy);
            }

            ToolRun run = await EveryCommand.VerifyAsync(copy.Path);
            Assert.Equal(1, run.ExitCode);
            JsonElement gap = Assert.Single(run.SeriousFindings);
            Assert.Equal(
                ("sequenceGap", "loss", first, last, last - first + 1),
                (gap.GetProperty("finding").GetString(), gap.GetProperty("severity").GetString(),
                    gap.GetProperty("firstSequence").GetUInt64(), gap.GetProperty("lastSequence").GetUInt64(),
                    gap.GetProperty("missing").GetUInt64()));
        }
    }

    [Fact]
    public async Task Without_the_newest_log_the_MANIFEST_names_it()
    {
        using TempDatabase copy = CopyOf("rocksdb/rotated");
        copy.Delete("000020.log");
        ToolRun run = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(1, run.ExitCode);
        JsonElement finding = Assert.Single(run.SeriousFindings);
        Assert.Equal(
            ("missingNewestWal", "000020.log"),
            (finding.GetProperty("finding").GetString(), finding.GetProperty("file").GetString()));
    }

    /// <summary>
    /// The column family alpha was flushed when log 38 had begun; the lowest log number to keep is 32, and log 26 waits to be recycled.
    /// </summary>
    [Theory]
    [InlineData("missingNewestWal", "000038.log", "000038.log")]
    [InlineData("missingNeededWal", "000032.log", "000026.log", "000032.log")]
    [InlineData("missingNewestWal", "000032.log", "000032.log", "000038.log")]
    [InlineData("missingNewestWal", "000032.log", "000026.log", "000032.log", "000038.log")]
    public async Task A_log_that_any_column_family_needs_is_named(string kind, string file, params string[] missing)
    {
        using TempDatabase copy = CopyOf("recovery/20-verify-and-gaps-false-alarm-recycled/db");
        Array.ForEach(missing, copy.Delete);
        ToolRun run = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            (kind, file),
            run.SeriousFindings.Select(found => (found.GetProperty("finding").GetString(), found.GetProperty("file").GetString())));
    }

    /// <summary>The MANIFEST of the report tracks the logs 4 and 10, with 2,518 and 2,490 synced bytes.</summary>
    [Fact]
    public async Task Logs_that_the_MANIFEST_tracks_are_named()
    {
        using TempDatabase copy = CopyOf("reports/track-none");
        copy.Write("000099.log", []);
        ToolRun missing = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(1, missing.ExitCode);
        Assert.Equal(
            ["missingWal 000004.log", "missingWal 000010.log"],
            missing.SeriousFindings.Select(finding => $"{finding.GetProperty("finding")} {finding.GetProperty("file")}"));

        copy.WriteLog("000004.log", TempDatabase.Puts(1, 1));
        ToolRun tooShort = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(1, tooShort.ExitCode);
        Assert.Equal(
            ["missingWal 000010.log", "walShorterThanSynced 000004.log"],
            tooShort.SeriousFindings.Select(finding => $"{finding.GetProperty("finding")} {finding.GetProperty("file")}")
                .Where(finding => finding.Contains("wal", StringComparison.OrdinalIgnoreCase)).Order());
    }

    [Fact]
    public async Task The_log_after_it_names_it_as_its_predecessor()
    {
        using TempDatabase copy = CopyOf("rocksdb/predecessor");
        copy.Delete("archive/000010.log");
        RemoveManifest(copy);
        ToolRun run = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["missingWal", "sequenceGap"], run.SeriousKinds.Order());
        Assert.Equal(
            (227ul, 341ul),
            (run.SeriousFindings.Single(IsGap).GetProperty("firstSequence").GetUInt64(),
                run.SeriousFindings.Single(IsGap).GetProperty("lastSequence").GetUInt64()));
    }

    /// <summary>The oldest logs of an archive are deleted first, so that what is left begins later.</summary>
    [Fact]
    public async Task The_oldest_logs_may_be_gone()
    {
        using TempDatabase copy = CopyOf("rocksdb/rotated");
        copy.Delete("archive/000004.log");
        ToolRun run = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(0, run.ExitCode);
        JsonElement note = Assert.Single(run.Findings);
        Assert.Equal(
            ("logsBeginLater", 208ul), (note.GetProperty("finding").GetString(), note.GetProperty("firstSequence").GetUInt64()));
    }

    /// <summary>The MANIFEST's last sequence number is 359, and the log with the numbers up to 363 is needed.</summary>
    [Theory]
    [InlineData(500)]
    [InlineData(3000)]
    public async Task Logs_that_end_before_the_last_sequence_number_of_the_MANIFEST_are_not_complete(int cut)
    {
        using TempDatabase copy = CopyOf("rocksdb/families");
        copy.Delete("000014.log");
        copy.Cut("000004.log", cut);
        ToolRun run = await EveryCommand.VerifyAsync(copy.Path);
        Assert.Equal(1, run.ExitCode);
        JsonElement missing = run.SeriousFindings.Single(found => found.GetProperty("finding").GetString() == "lastSequenceMissing");
        ulong end = run.Json.GetProperty("files")[0].GetProperty("lastSequence").GetUInt64();
        Assert.InRange(end, 1ul, 358ul);
        Assert.Equal(
            ("loss", "MANIFEST-000005", end + 1, 359ul),
            (missing.GetProperty("severity").GetString(), missing.GetProperty("file").GetString(),
                missing.GetProperty("firstSequence").GetUInt64(), missing.GetProperty("lastSequence").GetUInt64()));
    }

    private static bool IsGap(JsonElement finding) => finding.GetProperty("finding").GetString() == "sequenceGap";

    private static TempDatabase CopyOf(string name) => TempDatabase.CopyOf(TestFiles.Committed(name));

    private static void RemoveManifest(TempDatabase copy)
    {
        copy.Delete("CURRENT");
        copy.Delete(Path.GetFileName(Directory.GetFiles(copy.Path, "MANIFEST-*").Single()));
    }
}
