using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>Blob files that are missing or damaged.</summary>
public class UnresolvedBlobTests
{
    private const string BlobName = "000008.blob";
    private const string Scenario = "rocksdb/blob-lz4";

    private static readonly byte[] Blob = File.ReadAllBytes(TestFiles.Committed(Scenario + "/" + BlobName));

    /// <summary>Copies the scenario's folder with another blob file, or without one.</summary>
    private static TempFolder FolderWith(byte[]? blob)
    {
        var folder = new TempFolder();
        folder.Copy(Scenario + "/archive/000004.log", "archive/000004.log");
        if (blob is not null)
        {
            folder.Write(BlobName, blob);
        }

        return folder;
    }

    private static async Task<ToolRun> Dump(byte[]? blob, params string[] options)
    {
        using TempFolder folder = FolderWith(blob);
        return await ToolRun.Of(["dump", "--resolve-blobs", folder.Path, .. options]);
    }

    private static byte[] WithFlippedBit(int at)
    {
        byte[] damaged = [.. Blob];
        damaged[at] ^= 0x10;
        return damaged;
    }

    /// <summary>Returns the operations and columns with a "blob".</summary>
    private static JsonElement[] BlobHolders(ToolRun run) =>
    [
        .. run.OfKind("operation")
            .SelectMany(operation =>
                operation.TryGetProperty("columns", out JsonElement columns) ? columns.EnumerateArray().ToArray() : [operation])
            .Where(holder => holder.TryGetProperty("blob", out _)),
    ];

    private static string? ErrorOf(JsonElement holder) =>
        holder.GetProperty("blob").TryGetProperty("error", out JsonElement error) ? error.GetString() : null;

    /// <summary>Asserts that there is either a value or an error, and in any case the place of the value.</summary>
    private static void CheckHolder(JsonElement holder)
    {
        Assert.Equal(ErrorOf(holder) is null, holder.TryGetProperty("value", out _));
        JsonElement blob = holder.GetProperty("blob");
        Assert.Equal(BlobName, blob.GetProperty("file").GetString());
        Assert.True(blob.GetProperty("offset").GetInt64() > 0);
        Assert.True(blob.GetProperty("size").GetInt64() > 0);
        Assert.Equal("lz4", blob.GetProperty("compression").GetString());
    }

    [Fact]
    public async Task An_intact_file_has_every_value()
    {
        ToolRun run = await Dump(Blob, "--format", "jsonl");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement[] holders = BlobHolders(run);
        Assert.Contains(holders, holder => holder.TryGetProperty("name", out _));
        Assert.Contains(holders, holder => holder.TryGetProperty("key", out _));
        Assert.All(holders, CheckHolder);
        Assert.All(holders, holder => Assert.Null(ErrorOf(holder)));
    }

    [Fact]
    public async Task A_missing_file_is_reported_at_every_value_and_is_not_damage()
    {
        ToolRun run = await Dump(null, "--format", "jsonl");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement[] holders = BlobHolders(run);
        Assert.NotEmpty(holders);
        Assert.All(holders, CheckHolder);
        Assert.All(holders, holder => Assert.Equal("there is no such file", ErrorOf(holder)));
    }

    [Fact]
    public async Task A_truncated_file_has_the_values_before_its_end()
    {
        ToolRun run = await Dump(Blob[..(Blob.Length / 2)], "--format", "jsonl");
        Assert.Equal(1, run.ExitCode);
        JsonElement[] holders = BlobHolders(run);
        Assert.All(holders, CheckHolder);
        Assert.Contains(holders, holder => ErrorOf(holder) is null);
        Assert.Contains(holders, holder => ErrorOf(holder) is { } error && error.Contains("beyond the file's end"));
        Assert.All(holders, holder =>
        {
            JsonElement blob = holder.GetProperty("blob");
            bool isInside = blob.GetProperty("offset").GetInt64() + blob.GetProperty("size").GetInt64() <= Blob.Length / 2;
            Assert.Equal(isInside, ErrorOf(holder) is null);
        });
    }

    [Fact]
    public async Task A_flipped_bit_costs_only_its_value()
    {
        JsonElement first = BlobHolders(await Dump(Blob, "--format", "jsonl"))[0].GetProperty("blob");
        ToolRun run = await Dump(WithFlippedBit(first.GetProperty("offset").GetInt32()), "--format", "jsonl");
        Assert.Equal(1, run.ExitCode);
        JsonElement[] holders = BlobHolders(run);
        Assert.All(holders, CheckHolder);
        JsonElement damaged = Assert.Single(holders, holder => ErrorOf(holder) is not null);
        Assert.Equal(first.GetProperty("offset").GetInt64(), damaged.GetProperty("blob").GetProperty("offset").GetInt64());
        Assert.Contains("checksum", ErrorOf(damaged));
    }

    [Fact]
    public async Task A_file_that_is_not_a_blob_file_is_damage()
    {
        ToolRun run = await Dump(WithFlippedBit(0), "--format", "jsonl");
        Assert.Equal(1, run.ExitCode);
        Assert.All(BlobHolders(run), holder => Assert.NotNull(ErrorOf(holder)));
    }

    [Fact]
    public async Task Text_shows_the_index_and_the_reason()
    {
        ToolRun missing = await Dump(null);
        Assert.Equal((0, ""), (missing.ExitCode, missing.Error));
        Assert.Contains(missing.OutputLines, line => line.Contains("  PutBlobIndex  large0 = hex:01"));
        Assert.All(
            missing.OutputLines.Where(line => line.Contains("PutBlobIndex")),
            line => Assert.EndsWith(" (blob not resolved: 000008.blob, there is no such file)", line));
        ToolRun damaged = await Dump(WithFlippedBit(0));
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains(" (blob not resolved: 000008.blob, ", damaged.Output);
    }

    [Fact]
    public async Task Csv_leaves_the_value_empty_and_shows_the_reason_on_standard_error()
    {
        foreach ((byte[]? blob, int exitCode) in new[] { (null, 0), (WithFlippedBit(0), 1) })
        {
            ToolRun run = await Dump(blob, "--format", "csv", "--type", "PutBlobIndex");
            Assert.Equal(exitCode, run.ExitCode);
            string[] rows = run.Output.Split("\r\n")[1..^1];
            Assert.All(rows, row => Assert.EndsWith(",,,,,", row));
            Assert.Equal(rows.Length, run.ErrorLines.Length);
            Assert.All(run.ErrorLines, line => Assert.Contains(": blob not resolved: 000008.blob, ", line));
            Assert.StartsWith("walparser: archive/000004.log, offset 48, sequence 2: ", run.ErrorLines[0]);
        }
    }

    [Fact]
    public async Task The_exit_code_does_not_depend_on_the_format()
    {
        JsonElement column = BlobHolders(await Dump(Blob, "--format", "jsonl")).First(holder => holder.TryGetProperty("name", out _));
        byte[] blob = WithFlippedBit(column.GetProperty("blob").GetProperty("offset").GetInt32());
        foreach (string format in new[] { "text", "jsonl", "csv" })
        {
            ToolRun run = await Dump(blob, "--format", format, "--type", "PutEntity");
            Assert.Equal((format, 1), (format, run.ExitCode));
            Assert.Contains("the checksum of the record's key and value", run.Output + run.Error);
        }
    }

    [Fact]
    public async Task Blob_files_are_read_only_on_request()
    {
        using TempFolder folder = FolderWith(WithFlippedBit(0));
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", folder.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Empty(BlobHolders(run));
        Assert.All(run.OfKind("operation").Where(o => o.GetProperty("type").GetString() == "PutBlobIndex"), o => o.GetProperty("value"));
    }
}
