using WalParser.Batches;
using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Tests.Blobs;

/// <summary>Reads the last operation of each live key from the logs of a database folder.</summary>
internal static class LiveKeys
{
    /// <summary>An operation that sets the value of a key, as it is in the log.</summary>
    public sealed record Live(byte[] Key, OperationType Type, byte[] Value);

    /// <summary>Returns the live keys of column family 0 by their hexadecimal text.</summary>
    public static async Task<SortedDictionary<string, Live>> OfAsync(string folder)
    {
        SortedDictionary<string, Live> live = new(StringComparer.Ordinal);
        string archive = Path.Combine(folder, "archive");
        IEnumerable<string> logs = Directory.EnumerateFiles(folder, "*.log");
        if (Directory.Exists(archive))
        {
            logs = logs.Concat(Directory.EnumerateFiles(archive, "*.log"));
        }

        foreach (string path in logs.OrderBy(Path.GetFileName, StringComparer.Ordinal))
        {
            await using WalReader reader = WalReader.Open(path);
            while (await reader.ReadAsync())
            {
                Assert.Equal(WalEntryKind.Record, reader.Kind);
                Apply(live, reader.Record);
            }

            Skip.If(reader.CompressionType != CompressionType.None, $"{path} is compressed.");
        }

        return live;
    }

    private static void Apply(SortedDictionary<string, Live> live, WalRecord record)
    {
        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation operation in batch)
        {
            if (!operation.HasKey || operation.ColumnFamily != 0)
            {
                continue;
            }

            string key = Convert.ToHexStringLower(operation.Key);
            switch (operation.Type)
            {
                case OperationType.Put:
                case OperationType.PutBlobIndex:
                case OperationType.PutEntity:
                case OperationType.TimedPut:
                    live[key] = new Live(operation.Key.ToArray(), operation.Type, operation.Value.ToArray());
                    break;
                case OperationType.Delete:
                case OperationType.SingleDelete:
                    live.Remove(key);
                    break;
                case OperationType.DeleteRange:
                    // Hexadecimal text sorts in the order of its bytes.
                    string end = Convert.ToHexStringLower(operation.EndKey);
                    foreach (string gone in live.Keys.Where(other =>
                        string.CompareOrdinal(other, key) >= 0 && string.CompareOrdinal(other, end) < 0).ToList())
                    {
                        live.Remove(gone);
                    }

                    break;
                default:
                    throw new InvalidDataException($"These scenarios have no {operation.Type}.");
            }
        }

        Assert.Null(batch.Finding);
    }
}
