using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WalParser.Batches;
using WalParser.TestSupport.Files;

namespace WalParser.TestSupport.Scenarios;

/// <summary>
/// The dataset of a server, which was read with ordinary commands: one line of text for each key. In hashes, sets and sorted sets the order
/// of the members has no effect. A value of more than 1,024 bytes is written as its size and SHA-256.
/// </summary>
public static class RecordedState
{
    public const string DefaultNamespace = "__namespace";

    private const int LongestValue = 1024;

    private static readonly Lazy<ILookup<bool, string>> ByWholeness = new(() =>
        TestFiles.Named("state.json").Concat(TestFiles.Named("state-by-namespace.json")).ToLookup(HasWholeLogs));

    /// <summary>
    /// The paths of the state files, relative to the root of <see cref="TestFiles"/>, of the databases whose logs have every sequence
    /// number.
    /// </summary>
    public static IEnumerable<object[]> Cases => ByWholeness.Value[true].Select(state => (object[])[state]);

    /// <summary>The paths of the other state files: what a table file that the server has loaded contains is in no log.</summary>
    public static IEnumerable<object[]> CasesWithLoadedFiles => ByWholeness.Value[false].Select(state => (object[])[state]);

    /// <summary>Reads a state file.</summary>
    public static SortedSet<string> Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
        {
            lines.UnionWith(document.RootElement.EnumerateArray().Select(key => LineOf(DefaultNamespace, key)));
        }
        else
        {
            foreach (JsonProperty ns in document.RootElement.EnumerateObject())
            {
                lines.UnionWith(ns.Value.EnumerateArray().Select(key => LineOf(ns.Name, key)));
            }
        }

        return lines;
    }

    /// <summary>
    /// Returns the DB folders beside a state file, or one level below it. One level below are those of a master and its replica, and the
    /// state is that before their writes differed.
    /// </summary>
    public static IReadOnlyList<string> DatabasesOf(string state)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(state))!;
        string[] databases =
        [
            .. Directory.GetDirectories(folder).Prepend(folder).Select(parent => Path.Combine(parent, "db")).Where(Directory.Exists)
                .Order(StringComparer.Ordinal),
        ];
        Assert.NotEmpty(databases);
        return databases;
    }

    public static string Bytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length > LongestValue
            ? $"{bytes.Length}:{Convert.ToHexStringLower(SHA256.HashData(bytes))}"
            : Convert.ToHexStringLower(bytes);

    public static string Score(double score) => BitConverter.DoubleToInt64Bits(score).ToString("x16", CultureInfo.InvariantCulture);

    public static string Join(IEnumerable<string> parts) => "[" + string.Join(' ', parts) + "]";

    public static string JoinSorted(IEnumerable<string> parts) => Join(parts.Order(StringComparer.Ordinal));

    /// <summary>Returns JSON in which the members of objects are sorted, so that equal documents are equal text.</summary>
    public static string Json(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', json.EnumerateObject()
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => JsonSerializer.Serialize(member.Name) + ":" + Json(member.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', json.EnumerateArray().Select(Json)) + "]",
        JsonValueKind.Number => json.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        JsonValueKind.String => JsonSerializer.Serialize(json.GetString()),
        _ => json.GetRawText(),
    };

    /// <summary>Returns the line of a key; the JSON is that of a state file.</summary>
    public static string LineOf(string ns, JsonElement key)
    {
        string type = key.GetProperty("type").GetString()!;
        string expiry = key.TryGetProperty("expire_at_ms", out JsonElement at)
            ? at.GetUInt64().ToString(CultureInfo.InvariantCulture)
            : "never";
        string groups = key.TryGetProperty("groups", out JsonElement list)
            ? JoinSorted(list.EnumerateArray().Select(group => Json(group)))
            : "";
        key.TryGetProperty("value", out JsonElement value);
        string shown = type switch
        {
            "string" or "bitmap" => Bytes(value),
            "hash" => JoinSorted(value.EnumerateArray().Select(pair => Bytes(pair[0]) + "=" + Bytes(pair[1]))),
            "list" => Join(value.EnumerateArray().Select(Bytes)),
            "set" => JoinSorted(value.EnumerateArray().Select(Bytes)),
            "zset" => JoinSorted(value.EnumerateArray().Select(pair => Bytes(pair[0]) + "=" + Score(ParseScore(pair[1].GetString()!)))),
            "sortedint" => Join(value.EnumerateArray().Select(id => id.GetString()!)),
            "stream" => Join(value.EnumerateArray().Select(
                entry => entry[0].GetString() + Join(entry[1].EnumerateArray().Select(Bytes)))),
            "ReJSON-RL" => Json(JsonDocument.Parse(value.GetString()!).RootElement),
            "hyperloglog" => key.GetProperty("count").GetUInt64().ToString(CultureInfo.InvariantCulture),
            "MBbloom--" or "TDIS-TYPE" or "timeseries" => "",
            _ => throw new InvalidDataException($"The state has a type that no test knows: {type}"),
        };
        string bits = key.TryGetProperty("bits_set", out JsonElement count) ? " " + count.GetRawText() : "";
        return $"{ns} {Bytes(key.GetProperty("key"))} {type} {expiry} {shown}{bits}{groups}";
    }

    private static bool HasWholeLogs(string state)
    {
        ulong next = 1;
        foreach (byte[] payload in RecordedLogs.ReadAsync(DatabasesOf(state)[0]).GetAwaiter().GetResult())
        {
            var batch = new WriteBatch(payload);
            if (batch.Sequence > next)
            {
                return false;
            }

            next = batch.Sequence + (uint)batch.Count;
        }

        return true;
    }

    private static string Bytes(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return Bytes(Encoding.UTF8.GetBytes(value.GetString()!));
        }

        return value.TryGetProperty("base64", out JsonElement base64)
            ? Bytes(base64.GetBytesFromBase64())
            : $"{value.GetProperty("bytes").GetInt64()}:{value.GetProperty("sha256").GetString()}";
    }

    private static double ParseScore(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
