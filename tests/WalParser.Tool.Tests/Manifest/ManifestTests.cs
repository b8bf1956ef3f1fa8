using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Manifest;

/// <summary><c>walparser manifest</c>, apart from the output that is compared with RocksDB's own tool.</summary>
public class ManifestTests
{
    private const string Families = "rocksdb/families/MANIFEST-000005";

    [Fact]
    public async Task Text_shows_the_edits_and_the_state()
    {
        ToolRun run = await ToolRun.Of("manifest", TestFiles.Committed("rocksdb/families"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("offset 70, column family alpha(1)\n  added, comparator leveldb.BytewiseComparator, log number 4, ", run.Output);
        Assert.Contains("  add file 15 to level 0: 3,013 bytes, sequence numbers 8 to 359, keys 'key1' .. 'single7-3'\n", run.Output);
        Assert.Contains("\nalpha, dropped   1 ", run.Output);
        Assert.Contains("\nalpha            4 ", run.Output);
        Assert.EndsWith("\n11 edits applied, 4 column families: no damage found\n", run.Output);
    }

    [Fact]
    public async Task Tracked_WALs_are_shown()
    {
        // Truncated after the edit at 952, which ends the tracking of the previous WAL.
        using var folder = new TempFolder();
        byte[] whole = await File.ReadAllBytesAsync(TestFiles.Committed("rocksdb/tracked/MANIFEST-000005"));
        ToolRun run = await ToolRun.Of("manifest", folder.Write("MANIFEST-000005", whole[..994]));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("  track WAL 8: 2,756 bytes synced\n", run.Output);
        Assert.Contains("  track no WAL before 12\n", run.Output);
        Assert.Matches(@"Tracked WALs: +12 \(2,989 bytes synced\)\n", run.Output);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(80)]
    [InlineData(200)]
    public async Task The_output_fits_the_terminal(int width)
    {
        ToolRun run = await ToolRun.OnTerminal(width, usesColour: false, "manifest", TestFiles.Committed("kvrocks/rotated"));
        Assert.Equal(0, run.ExitCode);
        string[] words = [.. run.OutputLines.Where(line => line.Length > width)];

        // Words without a space are not wrapped: a path, the name of a comparator.
        Assert.All(words, line => Assert.DoesNotContain(" ", line.Trim()));
        Assert.Contains("zset_score", run.Output);
    }

    [Fact]
    public async Task A_folder_selects_the_MANIFEST_that_CURRENT_names()
    {
        using var folder = new TempFolder();
        folder.Copy(Families, "db/MANIFEST-000005");
        folder.Copy("rocksdb/basic/MANIFEST-000005", "db/MANIFEST-000009");
        folder.Write("db/CURRENT", "MANIFEST-000005\n"u8.ToArray());
        ToolRun run = await ToolRun.Of("manifest", folder.Path, "--format", "jsonl");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Equal(["severalManifests"], run.NoteKinds);
        Assert.Equal("MANIFEST-000005", run.JsonLines[0].GetProperty("file").GetString());
        Assert.Equal("state", run.JsonLines[^1].GetProperty("kind").GetString());

        folder.Write("db/CURRENT", "MANIFEST-000007\n"u8.ToArray());
        run = await ToolRun.Of("manifest", folder.Path, "--format", "jsonl");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["names 'MANIFEST-000007', which does not exist; MANIFEST-000009 is used"], run.SeriousReasons);
        Assert.Equal("MANIFEST-000009", run.JsonLines[0].GetProperty("file").GetString());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("jsonl")]
    public async Task Damage_is_shown_at_its_place_and_the_rest_is_read(string format)
    {
        // A flipped bit in the edit that drops alpha(1). The rest of the block is lost.
        using var folder = new TempFolder();
        byte[] bytes = await File.ReadAllBytesAsync(TestFiles.Committed(Families));
        bytes[245] ^= 1;
        ToolRun run = await ToolRun.Of("manifest", "--format", format, folder.Write("MANIFEST-000005", bytes));
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("checksum mismatch", run.Output);
        Assert.Contains("gamma", run.Output);
        if (format == "jsonl")
        {
            JsonElement corruption = Assert.Single(run.OfKind("finding"));
            Assert.Equal(
                (237, bytes.Length - 237),
                (corruption.GetProperty("offset").GetInt32(), corruption.GetProperty("bytes").GetInt32()));
            Assert.Equal(1, run.JsonLines[^1].GetProperty("problems").GetInt32());
        }
        else
        {
            Assert.Contains($"\n! MANIFEST-000005, offset 237: checksum mismatch ({bytes.Length - 237} bytes dropped)\n", run.Output);
            Assert.EndsWith(": 1 problem\n", run.Output);
        }
    }

    [Fact]
    public async Task An_undecodable_edit_and_an_unknown_family_are_damage_a_torn_end_is_a_note()
    {
        using var folder = new TempFolder();
        byte[] bytes =
        [
            .. WalBytes.Record(2, 4, 3, 5, 4, 6),
            .. WalBytes.Record(2, 5, 8),
            .. WalBytes.Record(200, 1, 7, 2, 5),
            .. WalBytes.Record(3, 9).AsSpan(0, 8),
        ];
        ToolRun run = await ToolRun.Of("manifest", "--format", "jsonl", folder.Write("MANIFEST-000005", bytes));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            ["undecodableEdit", "unknownColumnFamily", "tornManifest"],
            run.OfKind("finding").Select(finding => finding.GetProperty("finding").GetString()));
        Assert.Equal(
            "undecodable edit: unknown tag (tag 8 at 2 in the record)",
            run.OfKind("finding")[0].GetProperty("reason").GetString());
        Assert.Equal((2, 4), (run.JsonLines[^1].GetProperty("problems").GetInt32(), run.JsonLines[^1].GetProperty("logNumber").GetInt32()));
    }

    /// <summary>The severity is that of all commands, and RocksDB opens the database.</summary>
    [Fact]
    public async Task A_torn_end_is_the_note_that_it_is_in_all_commands()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/families")).Cut("MANIFEST-000005", 1);
        ToolRun verify = await ToolRun.Of("verify", "--format", "json", database.Path);
        ToolRun run = await ToolRun.Of("manifest", "--format", "jsonl", database.Path);
        JsonElement torn = Assert.Single(run.Findings);
        JsonElement elsewhere = Assert.Single(
            verify.Findings, finding => finding.GetProperty("finding").GetString() == "tornManifest");
        Assert.Equal(JsonSerializer.Serialize(elsewhere), JsonSerializer.Serialize(torn));
        Assert.Equal((0, "note"), (run.ExitCode, torn.GetProperty("severity").GetString()));
    }

    /// <summary>The exit code and the lines are those of all commands.</summary>
    [Fact]
    public async Task The_choice_of_the_MANIFEST_is_a_finding()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("rocksdb/families"));
        database.Delete("CURRENT");
        ToolRun run = await ToolRun.Of("manifest", "--format", "jsonl", database.Path);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Equal(["missingCurrent"], run.SeriousKinds);
        ToolRun text = await ToolRun.Of("manifest", database.Path);
        Assert.Equal("next: copy the database again while the server does not write, or from a checkpoint", text.OutputLines[^1]);
    }

    [Fact]
    public async Task An_edit_with_a_hostile_name_stays_in_its_line()
    {
        using var folder = new TempFolder();
        byte[] bytes = WalBytes.Record([200, 1, 1, 201, 1, 3, (byte)'a', (byte)'\n', 27, 2, 4, 3, 5, 4, 6]);
        ToolRun run = await ToolRun.Of("manifest", folder.Write("MANIFEST-000005", bytes));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("column family a\\x0a\\x1b(1)\n", run.Output);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Theory]
    [InlineData("", "PATH")]
    [InlineData("--format json x", "--format takes text or jsonl, not 'json'")]
    [InlineData("--no-such-option", "there is no option --no-such-option")]
    [InlineData("no-such-file", "no-such-file: no such file or folder")]
    public async Task Usage_errors_and_unreadable_input_are_one_line_and_exit_code_2(string arguments, string says)
    {
        ToolRun run = await ToolRun.Of(["manifest", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task A_folder_without_a_MANIFEST_cannot_be_read()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("manifest", folder.Path);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.EndsWith("no MANIFEST found; name one, or a DB folder", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task Help_has_examples()
    {
        ToolRun run = await ToolRun.Of("manifest", "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("walparser manifest --format jsonl db/MANIFEST-000005", run.Output);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("jsonl")]
    public async Task A_WAL_is_not_a_MANIFEST(string format)
    {
        ToolRun run = await ToolRun.Of("manifest", "--format", format, TestFiles.Committed("rocksdb/families/000014.log"));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.EndsWith(
            "is no MANIFEST, but a WAL; 'walparser verify' checks it, and 'walparser dump' shows it", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task The_output_fits_a_narrow_terminal()
    {
        const int Width = 40;
        ToolRun run = await ToolRun.OnTerminal(Width, false, "manifest", TestFiles.Committed("rocksdb/families/MANIFEST-000005"));
        Assert.All(run.OutputLines, line => Assert.True(line.Length <= Width, line));
        Assert.Contains(run.OutputLines, line => line.StartsWith("    ", StringComparison.Ordinal));
    }
}
