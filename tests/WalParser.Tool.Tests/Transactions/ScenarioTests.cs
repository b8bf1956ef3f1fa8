using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Transactions;

/// <summary>Both commands on all real logs, compared with the operations that RocksDB itself read from them.</summary>
public class ScenarioTests
{
    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl")];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Committed_operations_are_in_commit_order(string operations)
    {
        (List<string> expected, Dictionary<string, string> outcomes) = Model(TestFiles.PathOf(operations));
        ToolRun run = await ToolRun.Of("dump", "--committed", "--format", "jsonl", FolderOf(operations));
        Assert.Equal(expected, run.OfKind("operation").Select(line =>
            $"{Text(line, "xid")} {Text(line, "type")} {Text(line, "columnFamily")} {KeyOf(line)}"));
        int left = outcomes.Count(outcome => outcome.Value == "leftPrepared");
        Assert.Equal(left == 0 ? [] : [$"walparser: {left} transaction was left prepared and not shown"], run.ErrorLines);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Transactions_are_listed_with_their_outcome(string operations)
    {
        (_, Dictionary<string, string> outcomes) = Model(TestFiles.PathOf(operations));
        ToolRun run = await ToolRun.Of("transactions", "--format", "jsonl", FolderOf(operations));
        JsonElement[] listed = run.OfKind("transaction");
        Assert.Equal(
            outcomes.OrderBy(pair => pair.Key),
            listed.ToDictionary(line => Text(line, "xid"), line => Text(line, "outcome")).OrderBy(pair => pair.Key));
        Assert.Equal(outcomes.Count, run.OfKind("end").Single().GetProperty("transactions").GetInt32());
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);

        ToolRun text = await ToolRun.Of("transactions", FolderOf(operations));
        int lines = text.OutputLines.Count(line => !line.StartsWith("! ", StringComparison.Ordinal));
        Assert.Equal(outcomes.Count == 0 ? 1 : outcomes.Count + 2, lines);
    }

    private static string FolderOf(string operations)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(operations))!;
        return Directory.Exists(Path.Combine(folder, "db")) ? Path.Combine(folder, "db") : folder;
    }

    /// <summary>Formats the key of a dump's line as in operations.jsonl: with its timestamp, and the size of a long key.</summary>
    private static string KeyOf(JsonElement line)
    {
        string key = Text(line, "key") + (line.TryGetProperty("timestamp", out JsonElement timestamp) ? timestamp.GetString() : "");
        return key.Length > 512 ? $"{key.Length / 2} bytes" : key;
    }

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out JsonElement value) ? value.ToString() : "-";

    /// <summary>In the scenarios, each record is one batch, and no name is used twice.</summary>
    private static (List<string> Operations, Dictionary<string, string> Outcomes) Model(string path)
    {
        List<string> operations = [];
        Dictionary<string, string> outcomes = [];
        Dictionary<string, List<string>> prepared = [];
        List<string> record = [];
        string mark = "";
        string xid = "";
        foreach (string line in File.ReadLines(path).Append("{\"record\":{}}"))
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            string op = Text(json, "op");
            if (op == "-")
            {
                switch (mark)
                {
                    case "":
                        operations.AddRange(record.Select(operation => "- " + operation));
                        break;
                    case "EndPrepare":
                        prepared.TryAdd(xid, []);
                        prepared[xid].AddRange(record);
                        outcomes[xid] = "leftPrepared";
                        break;
                    case "Commit":
                        operations.AddRange(record.Select(operation => "- " + operation));
                        operations.AddRange(prepared[xid].Select(operation => $"{xid} {operation}"));
                        outcomes[xid] = "committed";
                        break;
                    case "Rollback":
                        outcomes[xid] = "rolledBack";
                        break;
                    default:
                        throw new InvalidOperationException($"the model does not support {mark}");
                }

                record = [];
                mark = "";
            }
            else if (op is "EndPrepare" or "Commit" or "Rollback" or "CommitWithTimestamp")
            {
                mark = op;
                xid = Text(json, "xid");
            }
            else if (op is not ("BeginPrepare" or "Noop"))
            {
                record.Add(
                    $"{op} {Text(json, "cf")} "
                        + $"{(json.TryGetProperty("key_size", out JsonElement size) ? $"{size} bytes" : Text(json, "key"))}");
            }
        }

        return (operations, outcomes);
    }
}
