using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Tests.Fixtures;

/// <summary>The entries that a reader returns of a log, one in each line, so that two readings can be compared.</summary>
internal static class Transcript
{
    public static async Task<List<string>> OfAsync(WalReader reader)
    {
        List<string> lines = [];
        await using (reader)
        {
            while (await reader.ReadAsync())
            {
                lines.Add(LineOf(reader));
            }

            lines.Add(EndOf(reader));
        }

        return lines;
    }

    /// <summary>Reads the available entries of a log that is being written. The end is included only if the log has ended.</summary>
    public static List<string> OfAvailable(WalReader reader)
    {
        List<string> lines = [];
        while (reader.TryRead())
        {
            lines.Add(LineOf(reader));
        }

        if (reader.End is not null)
        {
            lines.Add(EndOf(reader));
        }

        return lines;
    }

    public static Task<List<string>> OfAsync(byte[] log, WalReaderOptions? options = null) =>
        OfAsync(WalReader.Create(new MemoryStream(log), options));

    private static string EndOf(WalReader reader) =>
        $"{reader.End} {reader.LogNumber} {reader.IsRecycled} {reader.Predecessor} "
        + string.Join(',', reader.TimestampSizes.ByColumnFamily);

    private static string LineOf(WalReader reader)
    {
        switch (reader.Kind)
        {
            case WalEntryKind.Record:
                WalRecord record = reader.Record;
                var batch = new WriteBatch(record);
                int operations = 0;
                foreach (WriteBatchOperation operation in batch)
                {
                    operations++;
                }

                return $"record {record.Offset} {record.EndOffset} {record.Payload.Length} {record.ComputeCrc32C():x8} "
                    + $"{record.FragmentCount} {batch.Sequence} {operations} {batch.Finding?.Reason}";
            case WalEntryKind.Finding:
                return (reader.Finding.File is null ? "log, " : "") + reader.Finding + reader.Finding.LooksStale;
            default:
                return reader.OldRecord.ToString();
        }
    }
}
