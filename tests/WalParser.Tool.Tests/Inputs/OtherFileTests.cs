using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>Paths that are no WALs: each is named for what it is, and passed over among WALs.</summary>
public class OtherFileTests
{
    private static readonly byte[] Log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));

    [Theory]
    [InlineData("reports/wd2/MANIFEST-000005", "a MANIFEST; 'walparser manifest' reads it")]
    [InlineData("kvrocks/types/db/CURRENT", "CURRENT, which names the live MANIFEST; 'walparser manifest' on the DB folder")]
    [InlineData("reports/wd2/OPTIONS-000009", "an OPTIONS file; name the DB folder")]
    [InlineData("reports/ingest/000008.sst", "a table file (SST); RocksDB's sst_dump reads it")]
    [InlineData("hostile/blobbomb/000010.blob", "a blob file; 'walparser dump --resolve-blobs' on the DB folder")]
    public async Task A_path_that_is_no_WAL_is_named_for_what_it_is(string path, string expected)
    {
        foreach (string command in new[] { "verify", "dump", "keys" })
        {
            ToolRun run = await ToolRun.Of(command, TestFiles.Committed(path));
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(
                $"{Path.GetFileName(path)}: is no WAL, but {expected}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Manifest_names_a_WAL_and_the_commands_that_read_it()
    {
        using var folder = new TempFolder();
        foreach (string path in new[] { TestFiles.Committed("kvrocks/types/db/000010.log"), folder.Write("copy", Log) })
        {
            ToolRun run = await ToolRun.Of("manifest", path);
            Assert.Equal(2, run.ExitCode);
            Assert.EndsWith(
                "is no MANIFEST, but a WAL; 'walparser verify' checks it, and 'walparser dump' shows it", Assert.Single(run.ErrorLines));
        }

        ToolRun table = await ToolRun.Of("manifest", TestFiles.Committed("reports/ingest/000008.sst"));
        Assert.Equal(2, table.ExitCode);
        Assert.Contains("is no MANIFEST, but a table file", table.Error, StringComparison.Ordinal);
    }

    /// <summary>As in <c>verify db/*</c>.</summary>
    [Fact]
    public async Task Among_WALs_what_is_no_WAL_is_passed_over_with_one_note()
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed("kvrocks/rotated/db"));
        database.Write("LOG", "2026/11/27-14:00:00.123456 7f00aabb RocksDB version: 11.12.0\n"u8.ToArray());
        database.Write("LOCK", []);
        database.Write("trash/notes.txt", "x\n"u8.ToArray());
        string[] paths = Directory.GetFileSystemEntries(database.Path);
        ToolRun all = await ToolRun.Of(["verify", .. paths]);
        ToolRun folder = await ToolRun.Of("verify", database.Path);
        Assert.Equal((0, 0), (folder.ExitCode, all.ExitCode));
        Assert.Equal(folder.OutputLines[^1] + ", 1 note", all.OutputLines[^1]);
        Assert.Equal("", all.Error);
        string note = Assert.Single(all.OutputLines, line => line.StartsWith("passed over", StringComparison.Ordinal));
        Assert.Contains("passed over, because these are no WALs: ", note, StringComparison.Ordinal);
        foreach (string name in new[] { "CURRENT", "LOG", "LOCK", "MANIFEST-", "OPTIONS-", "trash (a folder without WALs)" })
        {
            Assert.Contains(name, note, StringComparison.Ordinal);
        }

        // Without a WAL among them, each is an error.
        ToolRun none = await ToolRun.Of("verify", database.PathOf("LOG"), database.PathOf("LOCK"));
        Assert.Equal(2, none.ExitCode);
        Assert.Equal(2, none.ErrorLines.Length);
    }

    /// <summary>What is passed over is a finding of every document, and of every output of lines.</summary>
    [Fact]
    public async Task What_is_passed_over_is_a_finding_of_every_output()
    {
        using var folder = new TempFolder();
        string log = folder.Write("000001.log", Log);
        string other = folder.Write("notes.txt", "MANIFEST-000005\n"u8.ToArray());
        foreach (string command in new[] { "verify --format json", "info --format json", "gaps --format json", "dump --format jsonl",
            "transactions --format jsonl", "salvage --dry-run --format json" })
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), log, other]);
            Assert.Equal((command, 0, ""), (command, run.ExitCode, run.Error));
            Assert.Equal(["noWal"], run.NoteKinds);
        }

        foreach (string command in new[] { "verify", "info", "gaps", "dump", "dump --format csv", "transactions", "keys", "commands",
            "history k", "salvage --dry-run" })
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), log, other]);
            Assert.Single(
                run.OutputLines.Concat(run.ErrorLines),
                line => line.Contains($"passed over, because these are no WALs: {other} (", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task What_is_no_regular_file_is_named_and_never_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Pipes are distinguished from files only on Linux.");
        using var folder = new TempFolder();
        folder.Write("db/000001.log", Log);
        Directory.CreateDirectory(folder.PathOf("db/000002.log"));
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", folder.PathOf("db/000003.log"))).ExitCode);
        foreach (string command in new[] { "verify", "info", "dump", "gaps", "transactions" })
        {
            ToolRun run = await ToolRun.Of(command, folder.PathOf("db"));
            Assert.Equal(0, run.ExitCode);
            string shown = run.Output + run.Error;
            Assert.Contains("000002.log: has the name of a WAL, but is a folder", shown, StringComparison.Ordinal);
            Assert.Contains("000003.log: has the name of a WAL, but is a named pipe", shown, StringComparison.Ordinal);
        }

        ToolRun pattern = await ToolRun.Of("verify", folder.PathOf("db/000001.log"), folder.PathOf("db/000003.log"));
        Assert.Equal(0, pattern.ExitCode);
        Assert.Contains(
            "has the name of a WAL, but is a named pipe",
            Assert.Single(pattern.OutputLines, line => line.Contains("000003.log", StringComparison.Ordinal)),
            StringComparison.Ordinal);

        // If not all logs of the folder are read, nothing is said of the folder.
        folder.Write("db/000004.log", Log);
        pattern = await ToolRun.Of("verify", folder.PathOf("db/000001.log"), folder.PathOf("db/000003.log"));
        Assert.Contains(
            "000003.log (a named pipe)",
            Assert.Single(pattern.OutputLines, line => line.Contains("000003.log", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    /// <summary>A folder with nothing but a pipe, or with nothing but logs that were moved away: the message names them.</summary>
    [SkippableFact]
    public async Task A_folder_without_readable_logs_is_described()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Pipes are distinguished from files only on Linux.");
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.PathOf("pipe"));
        Assert.Equal(0, (await ChildProcess.RunAsync("mkfifo", folder.PathOf("pipe/000003.log"))).ExitCode);
        folder.Write("repaired/lost/000004.log", Log);
        foreach (string command in new[] { "verify", "dump" })
        {
            ToolRun pipe = await ToolRun.Of(command, folder.PathOf("pipe"));
            Assert.Equal(2, pipe.ExitCode);
            Assert.Contains(
                $"; {folder.PathOf("pipe/000003.log")} has the name of a WAL, but is a named pipe", Assert.Single(pipe.ErrorLines));
            ToolRun lost = await ToolRun.Of(command, folder.PathOf("repaired"));
            Assert.Equal(2, lost.ExitCode);
            Assert.Contains(
                $"; {folder.PathOf("repaired/lost")} contains WALs that RocksDB's repair has moved there: 000004.log; ", lost.Error);
            Assert.Contains("give that folder as PATH to read them", Assert.Single(lost.ErrorLines));
        }

        // What is advised works.
        Assert.Equal(0, (await ToolRun.Of("verify", folder.PathOf("repaired/lost"))).ExitCode);
    }

    [Fact]
    public async Task A_log_that_was_converted_as_text_is_reported()
    {
        using var folder = new TempFolder();
        byte[] log = File.ReadAllBytes(TestFiles.Committed("kvrocks/types/db/000010.log"));
        string text = System.Text.Encoding.Latin1.GetString(log).Replace("\n", "\r\n", StringComparison.Ordinal);
        ToolRun run = await ToolRun.Of("verify", folder.Write("000010.log", System.Text.Encoding.Latin1.GetBytes(text)));
        Assert.InRange(run.ExitCode, 1, 2);
        Assert.Contains("\n000010.log: was converted as if it were text: each line feed became CR LF", run.Output);
        Assert.Contains("\nnext: copy the log again as a binary file\n", run.Output, StringComparison.Ordinal);
    }

    /// <summary>.NET cannot open a file whose name is not UTF-8 by its name.</summary>
    [SkippableFact]
    public async Task Names_that_are_not_UTF8_can_be_given()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The names of files are bytes only on Linux.");
        using var folder = new TempFolder();
        folder.Write("000001.log", Log);
        using ChildProcess process = ChildProcess.Start(
            "sh",
            "-c",
            $$"""
            cd '{{folder.Path}}' && odd=$(printf 'd\377') && mkdir "$odd" && cp 000001.log "$odd/000001.log" && cp 000001.log "$odd.x"
            for path in "$odd" "$odd/000001.log" "$odd.x"; do dotnet '{{ToolProcess.Assembly}}' info --format json "$path" || exit 9; done
            dotnet '{{ToolProcess.Assembly}}' info "$odd.x" "$odd"
            dotnet '{{ToolProcess.Assembly}}' salvage "$odd.x" --output out && ls out
            dotnet '{{ToolProcess.Assembly}}' info "$odd.none"
            """);
        ChildResult result = await process.EndAsync();
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(3, result.Output.Split("\"recycled\": false").Length - 1);
        Assert.Contains("\"path\": \"d\\\\xff/000001.log\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nd\\xff/000001.log\n", result.Output, StringComparison.Ordinal);

        // Not only the path is named as it was given, but also the file in tables, and the log that is written for it.
        Assert.Contains("\nd\\xff.x  ", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nd\\xff.x\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/proc/self/fd", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Contains("if its name contains bytes that are not UTF-8, rename it", result.Error, StringComparison.Ordinal);

        // A test cannot delete the folder by its name either.
        await ChildProcess.RunAsync("sh", "-c", $"rm -rf '{folder.Path}'/d*");
    }
}
