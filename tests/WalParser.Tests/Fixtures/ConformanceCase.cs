using System.Text.Json;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// A case of conformance/cases.jsonl: a damaged or specially made log, and the result of RocksDB's reader in each recovery mode.
/// </summary>
internal sealed record ConformanceCase(int Id, string Kind, ulong LogNumber, byte[] Log, JsonElement Modes, JsonElement Batches)
{
    private static readonly Lazy<Dictionary<int, string>> Lines = new(() =>
        File.ReadLines(TestFiles.PathOf("conformance/cases.jsonl"))
            .ToDictionary(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt32()));

    public static IEnumerable<int> Ids => Lines.Value.Keys;

    public static ConformanceCase Get(int id)
    {
        JsonElement line = JsonDocument.Parse(Lines.Value[id]).RootElement;
        string? name = line.GetProperty("base").GetString();
        byte[] log = name is null ? [] : File.ReadAllBytes(TestFiles.PathOf(name));
        foreach (JsonElement edit in line.GetProperty("edits").EnumerateArray())
        {
            log = Apply(log, edit);
        }

        return new ConformanceCase(
            id,
            line.GetProperty("kind").GetString()!,
            line.GetProperty("log_number").GetUInt64(),
            log,
            line.GetProperty("modes"),
            line.GetProperty("batches"));
    }

    /// <summary>Applies one edit. As in slices of Python, a range ends at the end of the log.</summary>
    private static byte[] Apply(byte[] log, JsonElement edit)
    {
        int Number(string name) => edit.GetProperty(name).GetInt32();
        byte[] Hex() => Convert.FromHexString(edit.GetProperty("hex").GetString()!);
        int Clip(int at) => Math.Min(at, log.Length);
        byte[] Replace(int from, int to, byte[] by) => [.. log[..Clip(from)], .. by, .. log[Clip(Math.Max(from, to))..]];

        switch (edit.GetProperty("edit").GetString())
        {
            case "truncate":
                return log[..Clip(Number("at"))];
            case "write":
                byte[] bytes = Hex();
                return Replace(Number("at"), Number("at") + bytes.Length, bytes);
            case "zero":
                // Only existing bytes are zeroed.
                int from = Clip(Number("at")), to = Clip(from + Number("length"));
                return Replace(from, to, new byte[to - from]);
            case "delete":
                return Replace(Number("at"), Number("at") + Number("length"), []);
            case "append":
                return [.. log, .. Hex()];
            case "append-zeros":
                return [.. log, .. new byte[Number("length")]];
            case "copy":
                byte[] copied = log[Clip(Number("at"))..Clip(Number("at") + Number("length"))];
                return Replace(Number("to"), Number("to") + copied.Length, copied);
            case var other:
                throw new InvalidDataException($"An edit that this test does not know: {other}.");
        }
    }
}
