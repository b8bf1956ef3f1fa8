using System.Globalization;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>
/// The JSON lines of every scenario's folder, compared with its operations.jsonl, the operations that RocksDB itself read: the same files
/// in the same order, and the same records, operations and bytes.
/// </summary>
public class JsonLinesScenarioTests
{
    private const int LongestInHex = 256;

    public static TheoryData<string> Scenarios =>
        [.. TestFiles.Named("operations.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_dump_equals_what_RocksDB_read(string scenario)
    {
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", TestFiles.PathOf(scenario));
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            File.ReadLines(TestFiles.PathOf(Path.Combine(scenario, "operations.jsonl"))).Select(Compact),
            run.JsonLines.Select(AsOperationsLine));
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static string AsOperationsLine(JsonElement line)
    {
        string Raw(string name) => line.GetProperty(name).GetRawText();
        switch (line.GetProperty("kind").GetString())
        {
            case "file":
                ulong fromName = ulong.Parse(
                    Path.GetFileNameWithoutExtension(line.GetProperty("file").GetString())!, CultureInfo.InvariantCulture);
                Assert.Equal(fromName, line.GetProperty("logNumber").GetUInt64());
                return $"{{\"file\":{Raw("file")}}}";
            case "record":
                Assert.True(line.GetProperty("endOffset").GetInt64() > line.GetProperty("offset").GetInt64());
                return $"{{\"record\":{{\"offset\":{Raw("offset")},\"size\":{Raw("size")},\"crc32c\":{Raw("crc32c")},"
                    + $"\"sequence\":{Raw("sequence")},\"count\":{Raw("count")}}}}}";
            case "finding":
                return $"{{\"corruption\":{{\"bytes\":{Raw("bytes")},\"reason\":{Raw("reason")}}}}}";
            case "oldRecord":
                return "{\"old_record\":{\"bytes\":0}}";
            case "end":
                return $"{{\"end\":{{\"records\":{Raw("records")}}}}}";
            default:
                return AsOperation(line);
        }
    }

    /// <summary>
    /// Formats an operation as in operations.jsonl: key and timestamp joined, the end of a range as its value, and long bytes as size and
    /// CRC.
    /// </summary>
    private static string AsOperation(JsonElement line)
    {
        string type = line.GetProperty("type").GetString()!;
        string Hex(string name) => line.TryGetProperty(name, out JsonElement hex) ? hex.GetString()! : "";
        string operation = $"{{\"op\":\"{type}\"";
        if (line.TryGetProperty("columnFamily", out JsonElement columnFamily))
        {
            operation += $",\"cf\":{columnFamily.GetRawText()}" + Bytes("key", Hex("key") + Hex("timestamp"));
        }

        if (line.TryGetProperty("endKey", out JsonElement endKey))
        {
            string endTimestamp = line.TryGetProperty("endTimestamp", out JsonElement own) ? own.GetString()! : Hex("timestamp");
            operation += Bytes("value", endKey.GetString()! + endTimestamp);
        }

        if (line.TryGetProperty("value", out JsonElement value))
        {
            operation += Bytes("value", value.GetString()!);
        }

        if (line.TryGetProperty("writeTime", out JsonElement writeTime))
        {
            operation += $",\"write_unix_time\":{writeTime.GetRawText()}";
        }

        if (line.TryGetProperty("unprepared", out JsonElement unprepared))
        {
            operation += $",\"unprepared\":{unprepared.GetRawText()}";
        }

        if (line.TryGetProperty("xid", out JsonElement xid))
        {
            operation += Bytes("xid", xid.GetString()!);
        }

        return operation + "}";
    }

    private static string Bytes(string name, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        return bytes.Length <= LongestInHex
            ? $",\"{name}\":\"{hex}\""
            : $",\"{name}_size\":{bytes.Length},\"{name}_crc32c\":\"{WalBytes.Crc32C(bytes):x8}\"";
    }
}
