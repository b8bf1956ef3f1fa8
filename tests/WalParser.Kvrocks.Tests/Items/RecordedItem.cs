using System.Text.Json;
using WalParser.Kvrocks.Items;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Kvrocks.Tests.Items;

/// <summary>
/// An operation in operations.jsonl, as RocksDB's own reader and <c>WriteBatch::Iterate</c> printed it, with its position.
/// </summary>
/// <param name="Line">
/// The log, the offset of the record, the sequence number, and the operation with its bytes as in operations.jsonl.
/// </param>
/// <param name="Sequence">The sequence number.</param>
/// <param name="Operation">The type of the operation.</param>
/// <param name="ColumnFamily">The column family; null if the operation has no key.</param>
/// <param name="Key">The key; null if it is too long to be recorded.</param>
/// <param name="EndKey">The end of a range; null for other operations.</param>
internal sealed record RecordedItem(string Line, ulong Sequence, string Operation, uint? ColumnFamily, byte[]? Key, byte[]? EndKey)
{
    /// <summary>The recordings of Kvrocks's logs, as paths relative to the folders of <see cref="TestFiles"/>.</summary>
    public static IEnumerable<object[]> Cases =>
        TestFiles.Named("operations.jsonl").Where(path => path.Contains("kvrocks/", StringComparison.Ordinal))
            .Select(path => (object[])[path]);

    /// <summary>Returns the path of the database folder beside a recording.</summary>
    public static string FolderOf(string recording) => Path.Combine(Path.GetDirectoryName(TestFiles.PathOf(recording))!, "db");

    public static List<RecordedItem> Read(string recording)
    {
        List<RecordedItem> items = [];
        string file = "";
        long offset = 0;
        ulong sequence = 0;
        foreach (string line in File.ReadLines(TestFiles.PathOf(recording)))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement json = document.RootElement;
            if (json.TryGetProperty("file", out JsonElement name))
            {
                file = name.GetString()!;
            }
            else if (json.TryGetProperty("record", out JsonElement record))
            {
                offset = record.GetProperty("offset").GetInt64();
                sequence = record.GetProperty("sequence").GetUInt64();
            }
            else if (json.TryGetProperty("op", out JsonElement operation))
            {
                bool hasKey = json.TryGetProperty("cf", out JsonElement family);
                string type = operation.GetString()!;
                uint familyId = hasKey ? family.GetUInt32() : 0;
                items.Add(new RecordedItem(
                    $"{file} {offset} {sequence} {type} {familyId} {BytesOf(json, "key")} {BytesOf(json, "value")}",
                    sequence,
                    type,
                    hasKey ? family.GetUInt32() : null,
                    json.TryGetProperty("key", out JsonElement key) ? Convert.FromHexString(key.GetString()!) : null,
                    type == "DeleteRange" ? Convert.FromHexString(json.GetProperty("value").GetString()!) : null));
                sequence += hasKey ? 1u : 0;
            }
        }

        Assert.NotEmpty(items);
        return items;
    }

    /// <summary>Returns the line of an item that was read, in the form of <see cref="Line"/>.</summary>
    public static string LineOf(WalItem item)
    {
        (string type, ReadOnlyMemory<byte> value) = item switch
        {
            PutItem put => ("Put", put.Value),
            DeleteItem deletion => (deletion.IsSingle ? "SingleDelete" : "Delete", default(ReadOnlyMemory<byte>)),
            DeleteRangeItem range => ("DeleteRange", range.EndKey),
            LogDataItem log => ("LogData", log.Value),
            OtherItem other => (other.Type.ToString(), other.Value),
            _ => throw new InvalidDataException(item.GetType().Name),
        };
        return $"{item.File.Name} {item.Offset} {item.Sequence} {type} {item.ColumnFamily} {BytesOf(item.Key.Span)} {BytesOf(value.Span)}";
    }

    private static string BytesOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement bytes) ? bytes.GetString()!
        : json.TryGetProperty(name + "_size", out JsonElement size) ? $"{size.GetInt64()}:{json.GetProperty(name + "_crc32c").GetString()}"
        : "";

    private static string BytesOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= 256)
        {
            return Convert.ToHexStringLower(bytes);
        }

        return $"{bytes.Length}:{WalBytes.Crc32C(bytes):x8}";
    }
}
