using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tests.Fixtures;

namespace WalParser.Tests.Framing;

/// <summary>Each case lists the records and reports of RocksDB in each of the four modes, and the operations.</summary>
public class ConformanceTests
{
    public static TheoryData<int> Ids => [.. ConformanceCase.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Records_and_reports_are_those_of_RocksDB(int id)
    {
        ConformanceCase conformance = ConformanceCase.Get(id);
        foreach (JsonProperty mode in conformance.Modes.EnumerateObject())
        {
            var expected = new Findings(
                mode.Value.GetProperty("count").GetInt32(),
                mode.Value.GetProperty("sha256").GetString()!,
                string.Join('\n', mode.Value.GetProperty("reports").EnumerateArray().Select(report => $"{report[0]} {report[1]}")));
            Findings found = await ReadAsync(conformance, (WalRecoveryMode)int.Parse(mode.Name));
            Assert.Equal((mode.Name, expected), (mode.Name, found));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Operations_are_those_of_RocksDB(int id)
    {
        ConformanceCase conformance = ConformanceCase.Get(id);
        List<string> lines = [];
        List<string> errors = [];
        await using WalReader reader = Open(conformance, WalRecoveryMode.SkipAnyCorruptedRecords);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                int before = lines.Count;
                var batch = new WriteBatch(reader.Record);
                foreach (WriteBatchOperation operation in batch)
                {
                    lines.Add(OperationLine.Of(operation));
                }

                if (batch.Finding is { } corruption)
                {
                    errors.Add($"{reader.Record.Offset} {corruption.Reason} {lines.Count - before}");
                }
            }
        }

        JsonElement expected = conformance.Batches;
        if (expected.TryGetProperty("list", out JsonElement list))
        {
            Assert.Equal(list.EnumerateArray().Select(operation => operation.GetRawText()).Select(Compact), lines);
        }

        Assert.Equal(
            expected.GetProperty("errors").EnumerateArray().Select(error => $"{error[0]} {error[1]} {error[2]}"), errors);
        Assert.Equal(expected.GetProperty("operations").GetInt32(), lines.Count);
        Assert.Equal(expected.GetProperty("sha256").GetString(), Sha256(string.Join('\n', lines)));
    }

    private static async Task<Findings> ReadAsync(ConformanceCase conformance, WalRecoveryMode mode)
    {
        int count = 0;
        var lines = new StringBuilder();
        List<string> reports = [];
        await using WalReader reader = Open(conformance, mode);
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    WalRecord record = reader.Record;
                    count++;
                    lines.Append($"{record.Offset} {record.Payload.Length} {record.ComputeCrc32C():x8}\n");
                    break;
                case WalEntryKind.Finding when !reader.Finding.IsBeyondRocksDb:
                    reports.Add($"{reader.Finding.Bytes} {reader.Finding.Reason}");
                    break;
                case WalEntryKind.OldRecord when mode == WalRecoveryMode.PointInTimeRecovery:
                    // RocksDB reports an old record only in this mode.
                    reports.Add("0 old record");
                    break;
            }
        }

        return new Findings(count, Sha256(lines.ToString()), string.Join('\n', reports));
    }

    private static WalReader Open(ConformanceCase conformance, WalRecoveryMode mode) => WalReader.Create(
        new MemoryStream(conformance.Log),
        new WalReaderOptions { LogNumber = conformance.LogNumber, RecoveryMode = mode });

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private sealed record Findings(int Count, string Sha256, string Reports);
}
