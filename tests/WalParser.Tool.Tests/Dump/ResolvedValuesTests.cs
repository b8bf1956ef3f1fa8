using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>
/// The last value of every live key in the output of <c>dump --resolve-blobs</c>, compared with every scenario's values.jsonl, the values
/// that RocksDB itself read.
/// </summary>
public class ResolvedValuesTests
{
    private const int DefaultColumnFamily = 0;

    public static TheoryData<string> Scenarios =>
        [.. TestFiles.Named("values.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_live_key_has_the_value_that_RocksDB_read(string scenario)
    {
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", "--resolve-blobs", TestFiles.PathOf(scenario));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        SortedDictionary<string, string> actual = new(StringComparer.Ordinal);
        foreach (((int columnFamily, string key), JsonElement operation) in LastOperations(run.OfKind("operation")))
        {
            Assert.Equal(DefaultColumnFamily, columnFamily);
            actual.Add(key, ColumnsOf(operation));
        }

        Assert.Equal(Expected(scenario), actual);
    }

    private static SortedDictionary<string, string> Expected(string scenario)
    {
        SortedDictionary<string, string> expected = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(TestFiles.PathOf(Path.Combine(scenario, "values.jsonl"))))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            expected.Add(
                entry.GetProperty("key").GetString()!,
                string.Join(' ', entry.GetProperty("columns").EnumerateArray().Select(column =>
                    $"{column.GetProperty("name")}:{column.GetProperty("size")}:{column.GetProperty("crc32c")}")));
        }

        return expected;
    }

    /// <summary>Returns the operation that set the value of each live key.</summary>
    private static Dictionary<(int ColumnFamily, string Key), JsonElement> LastOperations(JsonElement[] operations)
    {
        Dictionary<(int ColumnFamily, string Key), JsonElement> live = [];
        foreach (JsonElement operation in operations)
        {
            string type = operation.GetProperty("type").GetString()!;
            if (!operation.TryGetProperty("key", out JsonElement hex))
            {
                Assert.Contains(type, (string[])["LogData", "Noop"]);
                continue;
            }

            int columnFamily = operation.GetProperty("columnFamily").GetInt32();
            string key = hex.GetString()!;
            switch (type)
            {
                case "Put" or "PutBlobIndex" or "PutEntity" or "TimedPut":
                    live[(columnFamily, key)] = operation;
                    break;
                case "Delete" or "SingleDelete":
                    live.Remove((columnFamily, key));
                    break;
                case "DeleteRange":
                    // Hexadecimal text has the same order as its bytes.
                    string end = operation.GetProperty("endKey").GetString()!;
                    foreach ((int ColumnFamily, string Key) other in live.Keys.Where(other =>
                        other.ColumnFamily == columnFamily && string.CompareOrdinal(other.Key, key) >= 0
                            && string.CompareOrdinal(other.Key, end) < 0).ToArray())
                    {
                        live.Remove(other);
                    }

                    break;
                default:
                    Assert.Fail($"This test does not support {type}.");
                    break;
            }
        }

        return live;
    }

    private static string ColumnsOf(JsonElement operation) =>
        operation.TryGetProperty("columns", out JsonElement columns)
            ? string.Join(' ', columns.EnumerateArray().Select(column => ColumnOf(column.GetProperty("name").GetString()!, column)))
            : ColumnOf("", operation);

    private static string ColumnOf(string name, JsonElement holder)
    {
        byte[] value = Convert.FromHexString(holder.GetProperty("value").GetString()!);
        return $"{name}:{value.Length}:{WalBytes.Crc32C(value):x8}";
    }
}
