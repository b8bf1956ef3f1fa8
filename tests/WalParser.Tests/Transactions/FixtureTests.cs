using System.Globalization;
using System.Text;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.Transactions;

namespace WalParser.Tests.Transactions;

/// <summary>Compares the transactions of recorded databases with a simple model of the operations that RocksDB itself read.</summary>
public class FixtureTests
{
    private static readonly string[] Marks = ["BeginPrepare", "EndPrepare", "Commit", "CommitWithTimestamp", "Rollback", "Noop"];

    public static TheoryData<string> Scenarios => [.. TestFiles.Named("operations.jsonl")];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Committed_operations_equal_those_of_the_model(string operations)
    {
        List<Record> records = ReadRecords(TestFiles.PathOf(operations));
        var model = new Model(records);
        var assembled = new Assembled();
        string folder = Path.GetDirectoryName(TestFiles.PathOf(operations))!;
        foreach (string file in records.Select(record => record.File).Distinct())
        {
            string direct = Path.Combine(folder, file);
            assembled.BeginFile(file);
            await using WalReader reader = WalReader.Open(File.Exists(direct) ? direct : Path.Combine(folder, "db", file));
            while (await reader.ReadAsync())
            {
                if (reader.Kind == WalEntryKind.Record)
                {
                    assembled.Process(new WriteBatch(reader.Record), reader.Record.Offset);
                }
            }
        }

        assembled.Finish();
        Assert.Equal(model.Operations, assembled.Operations);
        Assert.Equal(model.Transactions, assembled.Transactions);
        Assert.Empty(assembled.Findings);
    }

    /// <summary>The fixtures contain transactions that are committed, rolled back, and left prepared.</summary>
    [Theory]
    [InlineData("rocksdb/2pc-committed", TransactionPolicy.WriteCommitted)]
    [InlineData("rocksdb/2pc-prepared", TransactionPolicy.WritePrepared)]
    [InlineData("rocksdb/2pc-unprepared", TransactionPolicy.WriteUnprepared)]
    public void The_scenarios_have_transactions_of_all_outcomes(string scenario, TransactionPolicy policy)
    {
        var model = new Model(ReadRecords(TestFiles.Committed(scenario + "/operations.jsonl")));
        Assert.Contains(model.Transactions, line => line.Contains($"{policy} {TransactionOutcome.Committed}", StringComparison.Ordinal));
        Assert.Contains(model.Transactions, line => line.Contains($"{policy} {TransactionOutcome.RolledBack}", StringComparison.Ordinal));
        Assert.Single(model.Transactions, line => line.Contains($" {TransactionOutcome.LeftPrepared}:", StringComparison.Ordinal));
    }

    private static List<Record> ReadRecords(string path)
    {
        List<Record> records = [];
        string file = "";
        foreach (string line in File.ReadLines(path))
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (json.TryGetProperty("file", out JsonElement name))
            {
                file = name.GetString()!;
            }
            else if (json.TryGetProperty("record", out JsonElement record))
            {
                records.Add(new Record(file, record.GetProperty("offset").GetInt64(), record.GetProperty("sequence").GetUInt64(), []));
            }
            else if (json.TryGetProperty("op", out JsonElement op))
            {
                records[^1].Operations.Add((op.GetString()!, line, json));
            }
        }

        // The order of log numbers, which should be the order in the file already.
        return [.. records.OrderBy(record => ulong.Parse(Path.GetFileNameWithoutExtension(record.File), CultureInfo.InvariantCulture))];
    }

    private sealed record Record(string File, long Offset, ulong Sequence, List<(string Op, string Line, JsonElement Json)> Operations);

    /// <summary>
    /// A model of a database with one batch in each record, as the single writer of the fixtures wrote them. The sequence numbers are those
    /// in the headers of the records.
    /// </summary>
    private sealed class Model
    {
        private readonly Dictionary<string, Pending> _pending = [];
        private bool _hasUnprepared;

        public Model(List<Record> records)
        {
            // If a section uses no sequence numbers, its operations receive theirs at the commit.
            int first = records.FindIndex(record => record.Operations.Exists(operation => operation.Op == "BeginPrepare"));
            bool isWriteCommitted = first >= 0 && records[first].Sequence == records[first + 1].Sequence;
            bool isBySubBatch = first >= 0 && !isWriteCommitted;
            foreach (Record record in records)
            {
                Process(record, isWriteCommitted, isBySubBatch);
            }

            Transactions.AddRange(_pending.Values.OrderBy(pending => pending.Begin).Select(pending =>
                pending.Line(pending.IsPrepared ? TransactionOutcome.LeftPrepared : TransactionOutcome.LeftUnprepared, null, null)));
        }

        public List<string> Operations { get; } = [];

        public List<string> Transactions { get; } = [];

        private void Process(Record record, bool isWriteCommitted, bool isBySubBatch)
        {
            ulong sequence = record.Sequence;
            string? xid = record.Operations.Where(operation => operation.Json.TryGetProperty("xid", out _))
                .Select(operation => Encoding.UTF8.GetString(Convert.FromHexString(operation.Json.GetProperty("xid").GetString()!)))
                .SingleOrDefault();
            string last = record.Operations.Count == 0 ? "" : record.Operations[^1].Op;
            List<(ulong Sequence, string Line)> changes = [];
            HashSet<string> keys = [];
            foreach ((string op, string line, JsonElement json) in record.Operations.Where(operation => !Marks.Contains(operation.Op)))
            {
                if (op != "LogData" && isBySubBatch && !keys.Add($"{json.GetProperty("cf")} {json.GetProperty("key")}"))
                {
                    throw new InvalidOperationException("The model does not support sub-batches.");
                }

                changes.Add((sequence, line));
                sequence += op == "LogData" || isBySubBatch ? 0UL : 1;
            }

            if (record.Operations.Count > 0 && record.Operations[0].Op == "BeginPrepare")
            {
                bool isUnprepared = record.Operations[0].Json.GetProperty("unprepared").GetBoolean();
                _pending.TryAdd(xid!, new Pending { Xid = xid!, Begin = record.Offset, First = record.Sequence });
                Pending pending = _pending[xid!];
                pending.Sections++;
                pending.Changes.AddRange(changes);
                pending.IsPrepared = !isUnprepared;
                _hasUnprepared |= isUnprepared;
                pending.Policy = isWriteCommitted ? TransactionPolicy.WriteCommitted
                    : _hasUnprepared ? TransactionPolicy.WriteUnprepared
                    : TransactionPolicy.WritePrepared;
            }
            else if (last is "Commit" or "CommitWithTimestamp")
            {
                Operations.AddRange(changes.Select(change => $"{change.Sequence} - {change.Line}"));
                _pending.Remove(xid!, out Pending? pending);
                if (isWriteCommitted)
                {
                    ulong first = pending!.First;
                    pending.Changes = [.. pending.Changes.Select(change => (change.Sequence - first + sequence, change.Line))];
                    pending.First = sequence;
                }

                Operations.AddRange(pending!.Changes.Select(change => $"{change.Sequence} {xid} {change.Line}"));
                Transactions.Add(pending.Line(TransactionOutcome.Committed, sequence, record.Offset));
            }
            else if (last == "Rollback")
            {
                _pending.Remove(xid!, out Pending? pending);
                Transactions.Add(pending!.Line(TransactionOutcome.RolledBack, null, record.Offset));
            }
            else
            {
                Operations.AddRange(changes.Select(change => $"{change.Sequence} - {change.Line}"));
            }
        }

        private sealed class Pending
        {
            public required string Xid { get; init; }

            public required long Begin { get; init; }

            public required ulong First { get; set; }

            public TransactionPolicy Policy { get; set; }

            public int Sections { get; set; }

            public bool IsPrepared { get; set; }

            public List<(ulong Sequence, string Line)> Changes { get; set; } = [];

            public string Line(TransactionOutcome outcome, ulong? commit, long? end) => Assembled.LineOf(
                Xid,
                Policy,
                outcome,
                Sections,
                Changes.Count(change => !change.Line.StartsWith("{\"op\":\"LogData\"", StringComparison.Ordinal)),
                First,
                commit,
                Begin,
                end);
        }
    }
}
