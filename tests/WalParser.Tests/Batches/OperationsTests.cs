using System.Text.Json;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Batches;

/// <summary>Reproduces each operations.jsonl, the operations that RocksDB itself read from the logs of a scenario, exactly.</summary>
public class OperationsTests
{
    public static TheoryData<string, string> Logs
    {
        get
        {
            var logs = new TheoryData<string, string>();
            foreach (string operations in TestFiles.Named("operations.jsonl"))
            {
                foreach (string line in File.ReadLines(TestFiles.PathOf(operations))
                    .Where(line => line.StartsWith("{\"file\"", StringComparison.Ordinal)))
                {
                    logs.Add(operations, JsonDocument.Parse(line).RootElement.GetProperty("file").GetString()!);
                }
            }

            return logs;
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Operations_equal_those_that_RocksDB_read(string operations, string file)
    {
        List<string> read = [];
        await using WalReader reader = WalReader.Open(LogPath(operations, file));
        int records = 0;
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    records++;
                    AddRecord(read, reader.Record);
                    break;
                case WalEntryKind.Finding:
                    read.Add($"{{\"corruption\":{{\"bytes\":{reader.Finding.Bytes},\"reason\":\"{reader.Finding.Reason}\"}}}}");
                    break;
                case WalEntryKind.OldRecord:
                    read.Add("{\"old_record\":{\"bytes\":0}}");
                    break;
            }
        }

        read.Add($"{{\"end\":{{\"records\":{records}}}}}");
        Assert.Equal(Expected(operations, file), read);
    }

    private static void AddRecord(List<string> lines, WalRecord record)
    {
        var batch = new WriteBatch(record);
        lines.Add($"{{\"record\":{{\"offset\":{record.Offset},\"size\":{record.Payload.Length},"
            + $"\"crc32c\":\"{record.ComputeCrc32C():x8}\",\"sequence\":{batch.Sequence},\"count\":{batch.Count}}}}}");
        foreach (WriteBatchOperation operation in batch)
        {
            lines.Add(OperationLine.Of(operation));
        }

        Assert.Null(batch.Finding);
    }

    private static IEnumerable<string> Expected(string operations, string file) =>
        File.ReadLines(TestFiles.PathOf(operations))
            .SkipWhile(line => !IsFileLine(line) || JsonDocument.Parse(line).RootElement.GetProperty("file").GetString() != file)
            .Skip(1)
            .TakeWhile(line => !IsFileLine(line));

    private static bool IsFileLine(string line) => line.StartsWith("{\"file\"", StringComparison.Ordinal);

    /// <summary>Returns the path of a log, which is beside operations.jsonl or in the folder db beside it.</summary>
    private static string LogPath(string operations, string file)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(operations))!;
        string direct = Path.Combine(folder, file);
        return File.Exists(direct) ? direct : Path.Combine(folder, "db", file);
    }
}
