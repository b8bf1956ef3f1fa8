using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Tests.Fixtures;

namespace WalParser.Tests.Framing;

/// <summary>Each case gives RocksDB's records and reports in each of the four modes, and its operations.</summary>
public class ConformanceTests
{
    public static TheoryData<int> Ids => [.. ConformanceCase.Ids];

    [SkippableTheory]
    [MemberData(nameof(Ids))]
    public async Task Reads_as_RocksDB_does(int id)
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

    [SkippableTheory]
    [MemberData(nameof(Ids))]
    public async Task Iterates_batches_as_RocksDB_does(int id)
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

                if (batch.Corruption is { } corruption)
                {
                    errors.Add($"{reader.Record.Offset} {corruption.Reason} {lines.Count - before}");
                }
            }
        }

        SkipIfCompressed(conformance, reader);
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
                case WalEntryKind.Corruption:
                    reports.Add($"{reader.Corruption.Bytes} {reader.Corruption.Reason}");
                    break;
                case WalEntryKind.OldRecord when mode == WalRecoveryMode.PointInTimeRecovery:
                    // RocksDB notes an old record in this mode alone.
                    reports.Add("0 old record");
                    break;
            }
        }

        SkipIfCompressed(conformance, reader);
        return new Findings(count, Sha256(lines.ToString()), string.Join('\n', reports));
    }

    private static WalReader Open(ConformanceCase conformance, WalRecoveryMode mode) => WalReader.Create(
        new MemoryStream(conformance.Log),
        new WalReaderOptions { LogNumber = conformance.LogNumber, RecoveryMode = mode });

    /// <summary>
    /// Compressed logs are not readable yet. A case is one only if the fragment that declares it stands in its bytes: not on
    /// the reader's word alone.
    /// </summary>
    private static void SkipIfCompressed(ConformanceCase conformance, WalReader reader)
    {
        if (reader.CompressionType != CompressionType.None)
        {
            Assert.True(conformance.Log.AsSpan().IndexOf(DeclaresZstd) >= 0, "The reader takes a log for compressed that does not say so.");
            Skip.If(true, $"case {conformance.Id} ({conformance.Kind}): its log declares compression.");
        }
    }

    /// <summary>A fragment of type 9 with the payload 7, as RocksDB writes it at the start of every compressed log (rocksdb/zstd).</summary>
    private static ReadOnlySpan<byte> DeclaresZstd => [0x04, 0x00, 0x09, 0x07, 0x00, 0x00, 0x00];

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private sealed record Findings(int Count, string Sha256, string Reports);
}
